import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';

/**
 * Usage of embeddings, with all of OpenAI's members.
 *
 * out:    as in the reference, `completion_tokens` is included; if a provider only reports the total, that is the prompt's too.
 * source: LiteLLM 1.106.2, types/utils.py `Usage`, read 2026-11-29.
 */
export function toEmbeddingsUsage(given: JsonValue | undefined): JsonObject {
  const usage = isObject(given) ? given : {};
  const { prompt_tokens: prompt, total_tokens: total } = usage;
  return {
    ...usage,
    completion_tokens: countOf(usage['completion_tokens']) ?? 0,
    prompt_tokens: countOf(prompt) ?? countOf(total) ?? 0,
    total_tokens: countOf(total) ?? countOf(prompt) ?? 0,
  };
}

function countOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
