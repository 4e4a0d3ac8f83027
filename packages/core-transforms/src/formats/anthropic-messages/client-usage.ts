import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';

/**
 * A chat completion's usage in the messages API's words, tokens.
 *
 * out:    input without what was read from or written to a cache, which are counted beside it where there are any; zeros when
 *         the provider said nothing.
 * source: LiteLLM 1.106.2, adapters/transformation.py `translate_openai_usage_to_anthropic_usage_delta`, read 2026-11-23.
 */
export function toMessagesUsage(usage: JsonValue | undefined): JsonObject {
  const given = isObject(usage) ? usage : {};
  const details = isObject(given['prompt_tokens_details']) ? given['prompt_tokens_details'] : {};
  const serverTools = isObject(given['server_tool_use']) ? given['server_tool_use'] : {};
  const read = firstCount(given['cache_read_input_tokens'], details['cached_tokens']);
  const written = firstCount(given['cache_creation_input_tokens'], details['cache_creation_tokens'], details['cache_write_tokens']);
  const searches = firstCount(serverTools['web_search_requests'], details['web_search_requests']);
  return {
    input_tokens: Math.max(firstCount(given['prompt_tokens']) - read - written, 0),
    output_tokens: firstCount(given['completion_tokens']),
    ...(written > 0 && { cache_creation_input_tokens: written }),
    ...(read > 0 && { cache_read_input_tokens: read }),
    ...(searches > 0 && { server_tool_use: { web_search_requests: searches } }),
  };
}

function firstCount(...values: readonly (JsonValue | undefined)[]): number {
  for (const value of values) if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  return 0;
}
