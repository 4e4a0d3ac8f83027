import type { JsonValue } from '../../contract/json.ts';

/** Source: LiteLLM 1.106.2, litellm_core_utils/core_helpers.py `_FINISH_REASON_MAP`, read 2026-11-26. */
const FINISH_REASONS: Readonly<Record<string, string>> = {
  MAX_TOKENS: 'length',
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
  ESCALATION: 'content_filter',
};

/** Reasons after which the reference shows nothing of an answer that is not streamed, whatever came before. */
const FLAGGED: ReadonlySet<JsonValue | undefined> = new Set([
  'SAFETY',
  'RECITATION',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
]);

/**
 * A candidate's `finishReason` → OpenAI's `finish_reason`; `stop` for one nobody knows.
 *
 * in: what else tells: `tool_calls` and `function_call` for an answer that calls some, which ended for that reason.
 */
export function toFinishReason(reason: JsonValue | undefined, calls: 'tool_calls' | 'function_call' | undefined): string {
  if (calls !== undefined) return calls;
  return (typeof reason === 'string' ? FINISH_REASONS[reason] : undefined) ?? 'stop';
}

/** Whether an answer ended because of what it says. */
export function isFlagged(reason: JsonValue | undefined): boolean {
  return FLAGGED.has(reason);
}
