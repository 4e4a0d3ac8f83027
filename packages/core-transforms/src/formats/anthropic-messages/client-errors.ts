import type { JsonObject } from '../../contract/json.ts';
import type { ClientError } from '../../errors/to-client-error.ts';

/** Source: docs.anthropic.com/en/api/errors, 2026-11-23. Any other status is `api_error`. */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** One error in Anthropic's envelope. */
export function toMessagesErrorBody(error: ClientError): JsonObject {
  return { type: 'error', error: { type: ERROR_TYPES[error.status] ?? 'api_error', message: error.message } };
}

/** One error as the last event of a stream that has begun. */
export function toMessagesErrorEvent(error: ClientError): string {
  return `event: error\ndata: ${JSON.stringify(toMessagesErrorBody(error))}\n\n`;
}
