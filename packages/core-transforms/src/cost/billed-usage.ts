import type { JsonObject } from '../contract/json.ts';
import { toChatUsage as fromAnthropic } from '../formats/anthropic-messages/convert-usage.ts';
import { toChatUsage as fromResponses } from '../formats/openai-responses/convert-usage.ts';

const NO_THINKING = { isThere: false, characters: 0 };

/** An answer's usage in chat's shape, for `callCost`, from any dialect; the usage's own members tell which. */
export function billedUsage(usage: JsonObject): JsonObject {
  if (!('input_tokens' in usage)) return usage;
  return 'input_tokens_details' in usage || 'total_tokens' in usage
    ? (fromResponses(usage) ?? {})
    : fromAnthropic(usage, NO_THINKING, undefined, 0);
}
