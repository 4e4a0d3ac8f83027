/** Providers' finish reasons → OpenAI's. Source: LiteLLM 1.106.2, litellm_core_utils/core_helpers.py, read 2026-11-23. */
const FINISH_REASONS: Readonly<Record<string, string>> = {
  length: 'length',
  tool_calls: 'tool_calls',
  function_call: 'function_call',
  content_filter: 'content_filter',
  max_tokens: 'length',
  MAX_TOKENS: 'length',
  compaction: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
  content_filtered: 'content_filter',
  guardrail_intervened: 'content_filter',
  sensitive: 'content_filter',
  ERROR_TOXIC: 'content_filter',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  OTHER: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  NO_IMAGE: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
  IMAGE_OTHER: 'content_filter',
};

/** A provider's finish reason → OpenAI's; `stop` for an unknown one. */
export function mapStopReason(reason: string): string {
  return FINISH_REASONS[reason] ?? 'stop';
}
