import type { JsonValue } from '../../contract/json.ts';
import { mapStopReason } from '../openai-chat/map-stop-reason.ts';

/** Reasons for which the reference hides the content of an answer that is not streamed. */
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
 * A candidate's `finishReason` → OpenAI's `finish_reason`; `stop` for an unknown one.
 *
 * in: `tool_calls` or `function_call` if the answer calls tools, which then is the reason.
 */
export function toFinishReason(reason: JsonValue | undefined, calls: 'tool_calls' | 'function_call' | undefined): string {
  return calls ?? (typeof reason === 'string' ? mapStopReason(reason) : 'stop');
}

/** Whether an answer ended because of its content. */
export function isFlagged(reason: JsonValue | undefined): boolean {
  return FLAGGED.has(reason);
}
