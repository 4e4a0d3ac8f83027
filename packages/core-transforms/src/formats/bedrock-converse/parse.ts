import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { isArray, readString } from '../anthropic-messages/types.ts';
import type { ConverseAnswer } from './types.ts';
import { parseJson } from '../../json/parse-json.ts';

/**
 * The text of a 2xx answer → the members that are read.
 *
 * errors: `bad-upstream` if it is not JSON or has no message; `upstream-refused` with status 500 for an error inside it.
 */
export function parseAnswer(text: string, provider: string): Outcome<ConverseAnswer> {
  const whole = parseJson(text);
  if (!isObject(whole)) return fail({ kind: 'bad-upstream', provider, message: 'the answer is not a JSON object' });
  const { output, usage } = whole;
  const message = isObject(output) ? output['message'] : undefined;
  if (!isObject(message) || !isArray(message['content'])) {
    const words = readString(whole, 'message') ?? readString(whole, 'Message');
    if (words === undefined) return fail({ kind: 'bad-upstream', provider, message: 'the answer has no message' });
    return fail({ kind: 'upstream-refused', provider, status: 500, message: words, reason: 'other' });
  }
  const content = message['content'].filter(isObject);
  return ok({ content, stopReason: whole['stopReason'], usage: isObject(usage) ? usage : undefined, whole });
}
