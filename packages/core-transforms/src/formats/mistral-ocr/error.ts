import type { JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import type { TransformError } from '../../errors/transform-error.ts';
import { isObject } from '../../json/is-object.ts';
import { parseRawObject } from '../../json/raw-object.ts';

/** The provider's answer with a status ≥ 400 → an error with the provider's own sentence, or the whole body if there is none. */
export function toOcrError(answer: ProviderAnswer, plan: Plan): TransformError {
  const sentence = readSentence(parseRawObject(answer.body)?.value);
  return { kind: 'upstream-refused', provider: plan.provider.id, status: answer.status, message: sentence ?? answer.body, reason: 'other' };
}

function readSentence(body: JsonValue | undefined): string | undefined {
  if (!isObject(body)) return undefined;
  const inner = isObject(body['error']) ? body['error']['message'] : undefined;
  const message = inner ?? body['message'];
  return typeof message === 'string' ? message : undefined;
}
