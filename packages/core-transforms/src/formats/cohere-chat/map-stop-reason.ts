/** Why a stream ended, in OpenAI's words; what is not here is a failure. */
const FINISH_REASONS: Readonly<Record<string, string>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool_calls',
  ERROR_TOXIC: 'content_filter',
  ERROR_LIMIT: 'length',
  USER_CANCEL: 'stop',
};

/**
 * Why a stream ended, in OpenAI's words; undefined for one that failed (`ERROR`, `TIMEOUT`). Whole answers do not come here: the
 * reference says `stop` for all of them.
 *
 * source: https://docs.cohere.com/reference/chat-stream, read 2026-11-27.
 */
export function mapStopReason(reason: string): string | undefined {
  return FINISH_REASONS[reason];
}
