import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { estimateTextTokens } from '../../tokens/estimate-text.ts';
import { isArray } from '../anthropic-messages/types.ts';
import type { ThinkingSeen } from './types.ts';

/**
 * The provider's `usage` → OpenAI's.
 *
 * out:    whole tokens. `prompt_tokens` includes those read from and written to the cache.
 * source: LiteLLM 1.106.2, converse_transformation.py `transform_usage`, read 2026-11-23. It counts thinking with a tokenizer; here it is
 *         an estimate.
 */
export function toChatUsage(usage: JsonObject, thinking: ThinkingSeen): JsonObject {
  const plain = countOf(usage['inputTokens']);
  const completion = countOf(usage['outputTokens']);
  const read = countOf(usage['cacheReadInputTokens'] ?? usage['cacheReadInputTokenCount']);
  const written = countOf(usage['cacheWriteInputTokens'] ?? usage['cacheWriteInputTokenCount']);
  const prompt = plain + read + written;
  const details = cacheDetails(usage['cacheDetails'], written);
  return {
    completion_tokens: completion,
    prompt_tokens: prompt,
    total_tokens: typeof usage['totalTokens'] === 'number' ? usage['totalTokens'] : prompt + completion,
    completion_tokens_details: completionDetails(completion, thinking),
    prompt_tokens_details: {
      cached_tokens: read,
      cache_write_tokens: written,
      cache_creation_tokens: written,
      text_tokens: plain,
      ...(details !== undefined && { cache_creation_token_details: details }),
    },
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
  };
}

/** The count of thinking tokens among the members requested from the model's own API (`additionalModelResponseFields`). */
export function countedThinking(fields: JsonValue | undefined): number | undefined {
  const usage = isObject(fields) ? fields['usage'] : undefined;
  const details = isObject(usage) ? usage['output_tokens_details'] : undefined;
  const count = isObject(details) ? details['thinking_tokens'] : undefined;
  return typeof count === 'number' ? count : undefined;
}

function completionDetails(completion: number, { isThere, text, counted }: ThinkingSeen): JsonObject {
  const reasoning = counted === undefined ? estimateTextTokens(text) : Math.min(Math.max(0, counted), completion);
  if (reasoning > 0) return { reasoning_tokens: reasoning, text_tokens: completion - reasoning };
  return isThere ? {} : { reasoning_tokens: 0, text_tokens: completion };
}

/** Tokens written to the cache by how long they are kept; only if that accounts for all of them. */
function cacheDetails(given: JsonValue | undefined, written: number): JsonObject | undefined {
  const details = isArray(given) ? given.filter(isObject) : [];
  if (details.length === 0) return undefined;
  const sum = (ttl: string): number =>
    details.reduce((total, detail) => (detail['ttl'] === ttl ? total + countOf(detail['inputTokens']) : total), 0);
  const [short, long] = [sum('5m'), sum('1h')];
  return short + long === written ? { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long } : undefined;
}

function countOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? Math.trunc(value) : 0;
}
