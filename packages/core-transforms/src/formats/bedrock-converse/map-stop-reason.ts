import type { JsonValue } from '../../contract/json.ts';

const FINISH_REASONS: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool_calls',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
  refusal: 'content_filter',
  compaction: 'length',
};

/** The provider's `stopReason` → OpenAI's `finish_reason`; `stop` for any that the reference does not know. */
export function toFinishReason(stopReason: JsonValue | undefined): string {
  return (typeof stopReason === 'string' ? FINISH_REASONS[stopReason] : undefined) ?? 'stop';
}
