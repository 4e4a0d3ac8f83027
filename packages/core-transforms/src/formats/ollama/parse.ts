import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { childId } from '../../text/child-id.ts';
import { parseJson } from '../../json/parse-json.ts';

/**
 * Reads a whole answer of either API.
 *
 * errors: `upstream-refused` for an error in its place, `bad-upstream` if it is not an object.
 */
export function readAnswer({ body }: ProviderAnswer, plan: Plan): Outcome<JsonObject> {
  const value = parseJson(body);
  if (!isObject(value)) return unusable(plan, body.trim() === '' ? 'the answer is empty' : 'the answer is no JSON object');
  const { error } = value;
  if (error === undefined) return ok(value);
  return fail({ kind: 'upstream-refused', provider: plan.provider.id, status: 500, message: wordsOf(error), reason: 'other' });
}

/** An answer that cannot be used. */
export function unusable(plan: Plan, message: string): Outcome<JsonObject> {
  return fail({ kind: 'bad-upstream', provider: plan.provider.id, message });
}

/** An error's message; the error is the message itself or an object with one. */
export function wordsOf(error: JsonValue): string {
  if (typeof error === 'string') return error;
  const words = isObject(error) ? error['message'] : undefined;
  return typeof words === 'string' ? words : JSON.stringify(error);
}

/** A completion with one choice. */
export function toCompletion(message: JsonObject, finish: string, answer: JsonObject, plan: Plan, ambient: Ambient): JsonObject {
  const usage = toUsage(answer);
  return {
    id: childId('chatcmpl-', ambient.callId),
    object: 'chat.completion',
    created: ambient.nowSeconds,
    model: plan.model,
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
    ...(usage !== undefined && { usage }),
  };
}

/** Usage in OpenAI's shape; undefined if the server reported none. */
export function toUsage({ prompt_eval_count: prompt, eval_count: completion }: JsonObject): JsonObject | undefined {
  if (typeof prompt !== 'number' || typeof completion !== 'number') return undefined;
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
