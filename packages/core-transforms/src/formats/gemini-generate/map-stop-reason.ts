import type { JsonValue } from '../../contract/json.ts';
import { mapStopReason } from '../openai-chat/map-stop-reason.ts';

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
  return calls ?? (typeof reason === 'string' ? mapStopReason(reason) : 'stop');
}

/** Whether an answer ended because of what it says. */
export function isFlagged(reason: JsonValue | undefined): boolean {
  return FLAGGED.has(reason);
}
