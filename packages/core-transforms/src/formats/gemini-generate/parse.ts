import type { JsonObject } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { toInnerError } from './errors.ts';
import { isArray } from './types.ts';
import { parseJson } from '../../json/parse-json.ts';

/**
 * The text of a 2xx answer → the answer: one with candidates, or with the reason why there are none.
 *
 * errors: `upstream-refused` for an error inside it; `bad-upstream` if it is not JSON or neither of the above.
 */
export function parseAnswer(text: string, plan: Plan): Outcome<JsonObject> {
  const parsed = parseJson(text);
  // Without `alt=sse` a gateway in between may answer a list of one.
  const whole = isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed;
  const provider = plan.provider.id;
  if (!isObject(whole)) return fail({ kind: 'bad-upstream', provider, message: 'the answer is not a JSON object' });
  if (whole['error'] !== undefined && whole['error'] !== null) return fail(toInnerError(whole, plan));
  if (isArray(whole['candidates']) || isBlocked(whole)) return ok(whole);
  return fail({ kind: 'bad-upstream', provider, message: 'the answer has no candidates' });
}

/** Whether the prompt was refused for its content, so that there is no answer. */
export function isBlocked({ promptFeedback }: JsonObject): boolean {
  return isObject(promptFeedback) && promptFeedback['blockReason'] !== undefined;
}
