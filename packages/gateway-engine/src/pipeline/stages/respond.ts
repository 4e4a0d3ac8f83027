import { readRefusal, type ClientAnswer, type ClientCall } from '@stagegate/core-transforms';
import { isChargedByAnswer, readAnswerModel } from '../../billing/index.ts';
import { done, stop, type Staged } from '../../errors/index.ts';
import type { UpstreamAnswer } from '../../ports/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import type { PlannedCall } from './plan.ts';

/** Bytes of a provider's whole answer, at most, where the operator says nothing. */
const ANSWER_BYTES_MAX = 64 * 1_048_576;
/** Bytes of a provider's error, at most: it is quoted, not used. */
const ERROR_BYTES_MAX = 1_048_576;

/** The client's answer, and what the provider calls its model where it is charged by that. */
export interface WholeAnswer extends ClientAnswer {
  readonly providerModel: string | undefined;
}

const decoder = new TextDecoder();

/** Reads the provider's whole answer and turns it into the client's. */
export async function respond(
  { config: { answerBytesMax = ANSWER_BYTES_MAX } }: Pick<EngineParts, 'config'>,
  open: OpenCall,
  client: ClientCall,
  planned: PlannedCall,
  answer: UpstreamAnswer,
): Promise<Staged<WholeAnswer>> {
  const { plan, transform } = planned;
  const { status, headers } = answer;
  const refused = status >= 300;
  const bytes = await answer.readAll(refused ? ERROR_BYTES_MAX : answerBytesMax);
  if (!(bytes instanceof Uint8Array)) {
    return stop({ kind: 'upstream', failure: bytes, provider: plan.provider.errorName, modelGroup: plan.modelGroup });
  }
  const read = { status, headers, body: decoder.decode(bytes) };
  if (refused) return stop({ kind: 'transform', error: readRefusal(transform, read, plan), modelGroup: plan.modelGroup });
  const shown = transform.response(read, client, plan, open.ambient);
  if (!shown.ok) return stop({ kind: 'transform', error: shown.error, modelGroup: plan.modelGroup });
  return done({
    ...shown.value,
    providerModel: isChargedByAnswer(planned.deployment, transform, plan.stream) ? readAnswerModel(read.body) : undefined,
  });
}
