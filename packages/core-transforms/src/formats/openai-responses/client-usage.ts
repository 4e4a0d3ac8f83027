import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { estimateTextTokens } from '../../tokens/estimate-text.ts';
import { isObject } from '../../json/is-object.ts';
import { isSaid } from '../openai-chat/types.ts';

const INPUT_KINDS = ['text_tokens', 'audio_tokens', 'image_tokens', 'video_tokens'] as const;
const OUTPUT_KINDS = ['audio_tokens', 'text_tokens', 'image_tokens'] as const;
const SEARCHES = ['web_search_requests', 'google_maps_grounding_requests'] as const;

/**
 * A chat completion's usage → the responses API's, in tokens.
 *
 * out:    zeros if the provider reported nothing.
 * source: LiteLLM 1.106.2, `transform_chat_completion_usage_to_responses_usage`, read 2026-11-23.
 */
export function toResponsesUsage(usage: JsonValue | undefined): JsonObject {
  const given = isObject(usage) ? usage : {};
  const { prompt_tokens_details: input, completion_tokens_details: output } = given;
  return {
    input_tokens: given['prompt_tokens'] ?? 0,
    ...(isObject(input) && { input_tokens_details: toInputDetails(input) }),
    output_tokens: given['completion_tokens'] ?? 0,
    ...(isObject(output) && {
      output_tokens_details: { reasoning_tokens: output['reasoning_tokens'] ?? 0, ...pickCounts(output, OUTPUT_KINDS) },
    }),
    total_tokens: given['total_tokens'] ?? 0,
    ...(isSaid(given['cost']) && { cost: given['cost'] }),
  };
}

/**
 * The usage of a streamed answer, with an estimate of reasoning tokens if the provider does not separate them.
 *
 * in:     the provider's usage, null for none; the whole reasoning; whether tools were called.
 * out:    the same object if the provider separates them, or if the text is not known.
 * source: LiteLLM 1.106.2, streaming_chunk_builder_utils.py `calculate_usage`, read 2026-11-26. It counts with a tokenizer; here it is an
 *         estimate.
 */
export function withReasoningCount(usage: JsonObject | null, reasoning: string, hasCalls: boolean): JsonObject | undefined {
  if (usage === null) return undefined;
  const { completion_tokens: completion, completion_tokens_details: given } = usage;
  const details = isObject(given) ? given : {};
  if (typeof completion !== 'number' || isSaid(details['reasoning_tokens']) || (reasoning === '' && hasCalls)) return usage;
  const counted = Math.min(estimateTextTokens(reasoning), completion);
  const text = details['text_tokens'] ?? completion - counted;
  return { ...usage, completion_tokens_details: { ...details, reasoning_tokens: counted, text_tokens: text } };
}

function toInputDetails(details: JsonObject): JsonObject {
  const { cache_write_tokens: written, cache_creation_tokens: created } = details;
  const cacheWrites = isSaid(written) && written !== 0 ? written : (created ?? undefined);
  return {
    cached_tokens: details['cached_tokens'] ?? 0,
    ...pickCounts(details, INPUT_KINDS),
    ...(cacheWrites !== undefined && { cache_write_tokens: cacheWrites }),
    ...pickCounts(details, SEARCHES),
  };
}

function pickCounts(details: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (isSaid(details[name]) ? [[name, details[name]]] : [])));
}
