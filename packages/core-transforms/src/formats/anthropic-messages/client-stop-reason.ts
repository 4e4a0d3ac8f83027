import type { JsonObject, JsonValue } from '../../contract/json.ts';

const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
  refusal: 'refusal',
};

/**
 * Chat's finish reason → the messages API's stop reason; as in the reference, an unknown reason is an ordinary end.
 *
 * in: chat's finish reason, and whether the answer holds the text of a refusal.
 */
export function toStopReason(finishReason: JsonValue | undefined, isRefused: boolean): string {
  const reason = (typeof finishReason === 'string' ? STOP_REASONS[finishReason] : undefined) ?? 'end_turn';
  return isRefused && reason !== 'max_tokens' ? 'refusal' : reason;
}

/** The details that accompany a stop reason of `refusal`. */
export function refusalDetails(explanation: string | null): JsonObject {
  return { type: 'refusal', category: null, explanation };
}
