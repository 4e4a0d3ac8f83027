import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { childId } from '../../text/child-id.ts';
import { parseJson } from '../../json/parse-json.ts';

/**
 * Reads a whole answer of either version.
 *
 * errors: `upstream-refused` for an error in place of an answer, which is an object with only a message; `bad-upstream` if it is not an
 *         object.
 */
export function readAnswer({ body }: ProviderAnswer, plan: Plan): Outcome<JsonObject> {
  const value = parseJson(body);
  if (!isObject(value)) return unusable(plan, body.trim() === '' ? 'the answer is empty' : 'the answer is no JSON object');
  if (typeof value['message'] !== 'string') return ok(value);
  return fail({ kind: 'upstream-refused', provider: plan.provider.id, status: 500, message: value['message'], reason: 'other' });
}

/** An answer that cannot be used. */
export function unusable(plan: Plan, message: string): Outcome<JsonObject> {
  return fail({ kind: 'bad-upstream', provider: plan.provider.id, message });
}

/** A completion with one choice. As in the reference, its finish reason is always `stop`. */
export function toCompletion(message: JsonObject, usage: JsonObject | undefined, plan: Plan, ambient: Ambient): JsonObject {
  return {
    id: childId('chatcmpl-', ambient.callId),
    object: 'chat.completion',
    created: ambient.nowSeconds,
    model: plan.model,
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
    ...(usage !== undefined && { usage }),
  };
}

/** Usage in OpenAI's shape; undefined if the provider reported none. */
export function toUsage(counts: JsonValue | undefined): JsonObject | undefined {
  if (!isObject(counts)) return undefined;
  const [prompt, completion] = [count(counts['input_tokens']), count(counts['output_tokens'])];
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function count(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
