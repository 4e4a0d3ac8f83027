import type { JsonValue } from '../../contract/json.ts';

const FINISH_REASONS: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  compaction: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
  content_filtered: 'content_filter',
};

/** The provider's `stop_reason` → OpenAI's `finish_reason`; `stop` for any that the reference does not know (including `pause_turn`). */
export function toFinishReason(stopReason: JsonValue | undefined): string {
  return (typeof stopReason === 'string' ? FINISH_REASONS[stopReason] : undefined) ?? 'stop';
}
