import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';

/**
 * A chat completion's usage → the messages API's, in tokens.
 *
 * out:    input tokens exclude those read from or written to a cache, which are counted separately if there are any; zeros if the provider
 *         reported nothing.
 * source: LiteLLM 1.106.2, adapters/transformation.py `translate_openai_usage_to_anthropic_usage_delta`, read 2026-11-23.
 */
export function toMessagesUsage(usage: JsonValue | undefined): JsonObject {
  const given = isObject(usage) ? usage : {};
  const details = isObject(given['prompt_tokens_details']) ? given['prompt_tokens_details'] : {};
  const serverTools = isObject(given['server_tool_use']) ? given['server_tool_use'] : {};
  const read = countOf(given['cache_read_input_tokens']) || countOf(details['cached_tokens']);
  const written =
    countOf(given['cache_creation_input_tokens']) || countOf(details['cache_creation_tokens']) || countOf(details['cache_write_tokens']);
  const searches = countOf(serverTools['web_search_requests']) || countOf(details['web_search_requests']);
  const shown: Record<string, JsonValue> = {
    input_tokens: Math.max(countOf(given['prompt_tokens']) - read - written, 0),
    output_tokens: countOf(given['completion_tokens']),
  };
  if (written > 0) shown['cache_creation_input_tokens'] = written;
  if (read > 0) shown['cache_read_input_tokens'] = read;
  if (searches > 0) shown['server_tool_use'] = { web_search_requests: searches };
  return shown;
}

function countOf(value: JsonValue | undefined): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : 0;
}
