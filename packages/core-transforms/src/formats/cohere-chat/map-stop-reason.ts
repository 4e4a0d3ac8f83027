/** A stream's finish reason → OpenAI's. Any other means that the stream failed. */
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
 * A stream's finish reason → OpenAI's; undefined if the stream failed (`ERROR`, `TIMEOUT`). Not for whole answers: the reference says
 * `stop` for all of them.
 *
 * source: https://docs.cohere.com/reference/chat-stream, read 2026-11-27.
 */
export function mapStopReason(reason: string): string | undefined {
  return FINISH_REASONS[reason];
}
