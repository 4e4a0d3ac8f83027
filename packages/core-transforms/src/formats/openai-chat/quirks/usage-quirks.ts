import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { isObject } from '../../../json/is-object.ts';

/**
 * Adds reasoning tokens that a provider counts separately to its completion tokens, as OpenAI does, and raises the total to at least the
 * sum. Takes a completion or a chunk, which stays the same unless its numbers show separate counts.
 */
export function foldReasoningTokens(answer: JsonObject): JsonObject {
  const usage = answer['usage'];
  return isObject(usage) ? { ...answer, usage: withTotal(folded(usage)) } : answer;
}

function folded(usage: JsonObject): JsonObject {
  const details = usage['completion_tokens_details'];
  const reasoning = isObject(details) ? count(details['reasoning_tokens']) : 0;
  const completion = count(usage['completion_tokens']);
  const beside = count(usage['total_tokens']) === count(usage['prompt_tokens']) + completion + reasoning;
  return reasoning > 0 && beside ? { ...usage, completion_tokens: completion + reasoning } : usage;
}

function withTotal(usage: JsonObject): JsonObject {
  const sum = count(usage['prompt_tokens']) + count(usage['completion_tokens']);
  return count(usage['total_tokens']) < sum ? { ...usage, total_tokens: sum } : usage;
}

function count(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
