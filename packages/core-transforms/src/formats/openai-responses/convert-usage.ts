import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';

/** Members with another name in chat; all others are passed on unchanged. */
const RENAMED: ReadonlySet<string> = new Set([
  'input_tokens',
  'input_tokens_details',
  'output_tokens',
  'output_tokens_details',
  'total_tokens',
]);

/**
 * A response's usage → chat's, in tokens.
 *
 * out:    undefined if the provider reported none.
 * source: LiteLLM 1.106.2, responses/utils.py `transform_response_api_usage_to_chat_usage`, read 2026-11-23.
 */
export function toChatUsage(usage: JsonValue | undefined): JsonObject | undefined {
  if (!isObject(usage)) return undefined;
  const { input_tokens_details: input, output_tokens_details: output } = usage;
  const [prompt, completion] = [countOf(usage['input_tokens']), countOf(usage['output_tokens'])];
  return {
    ...Object.fromEntries(Object.entries(usage).filter(([name]) => !RENAMED.has(name))),
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...(isObject(input) && { prompt_tokens_details: input }),
    ...(isObject(output) && { completion_tokens_details: output }),
  };
}

/**
 * A response's usage with the number of searches that its provider made. They are charged even if the client's dialect does not show them.
 *
 * out: undefined if the provider reported none.
 */
export function usageWithSearches({ usage, output }: JsonObject): JsonObject | undefined {
  if (!isObject(usage)) return undefined;
  const searches = objectsIn(output).filter(({ type }) => type === 'web_search_call').length;
  return searches === 0 ? usage : { server_side_tool_usage_details: { web_search_calls: searches }, ...usage };
}

function countOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
