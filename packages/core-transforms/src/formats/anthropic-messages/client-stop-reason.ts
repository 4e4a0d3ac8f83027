import type { JsonObject, JsonValue } from '../../contract/json.ts';

const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
  refusal: 'refusal',
};

/**
 * Why an answer ended, in the messages API's words; an unknown reason is an ordinary end, as the reference has it.
 *
 * in: chat's finish reason, and whether the model said a refusal in so many words.
 */
export function toStopReason(finishReason: JsonValue | undefined, isRefused: boolean): string {
  const reason = (typeof finishReason === 'string' ? STOP_REASONS[finishReason] : undefined) ?? 'end_turn';
  return isRefused && reason !== 'max_tokens' ? 'refusal' : reason;
}

/** What goes with a stop reason of `refusal`. */
export function refusalDetails(explanation: string | null): JsonObject {
  return { type: 'refusal', category: null, explanation };
}
