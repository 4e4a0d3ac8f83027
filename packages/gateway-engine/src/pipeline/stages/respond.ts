import type { ClientCall, ProviderAnswer } from '@stagegate/core-transforms';
import { done, stop, type Staged } from '../../errors/index.ts';
import type { UpstreamAnswer } from '../../ports/index.ts';
import type { OpenCall } from '../engine-parts.ts';
import type { PlannedCall } from './plan.ts';

/** Bytes of a provider's whole answer, at most. */
const ANSWER_BYTES_MAX = 64 * 1_048_576;
/** Bytes of a provider's error, at most: it is quoted, not used. */
const ERROR_BYTES_MAX = 1_048_576;

const decoder = new TextDecoder();

/** Reads the provider's whole answer and turns it into the client's: JSON text. */
export async function respond(open: OpenCall, client: ClientCall, planned: PlannedCall, answer: UpstreamAnswer): Promise<Staged<string>> {
  const { plan, transform } = planned;
  const refused = answer.status >= 300;
  const read = await readAnswer(answer, refused ? ERROR_BYTES_MAX : ANSWER_BYTES_MAX, planned);
  if (!read.ok) return read;
  if (refused) return stop({ kind: 'transform', error: transform.error(read.value, plan), modelGroup: plan.modelGroup });
  const shown = transform.response(read.value, client, plan, open.ambient);
  if (!shown.ok) return stop({ kind: 'transform', error: shown.error, modelGroup: plan.modelGroup });
  return done(shown.value.body);
}

async function readAnswer(answer: UpstreamAnswer, bytesMax: number, { plan }: PlannedCall): Promise<Staged<ProviderAnswer>> {
  const body = await answer.readAll(bytesMax);
  if (body instanceof Uint8Array) return done({ status: answer.status, headers: answer.headers, body: decoder.decode(body) });
  return stop({ kind: 'upstream', failure: body, provider: plan.provider.errorName, modelGroup: plan.modelGroup });
}
