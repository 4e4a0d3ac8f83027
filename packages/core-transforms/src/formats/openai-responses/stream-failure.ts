import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ClientError } from '../../errors/to-client-error.ts';
import { childId } from '../../text/child-id.ts';

/** The identity of a stream's response so far, which its last event repeats. */
export interface Identity {
  /** The client's id for the response. */
  readonly id: string;
  /** Whole seconds since 1970. */
  readonly createdAt: number;
  readonly model: string;
  /** The number of the last numbered event; -1 before the first. */
  readonly sequence: number;
}

const CODES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'request_timeout',
  429: 'rate_limit_exceeded',
};

/** The identity of a response before its provider has sent any. */
export function unknownIdentity(callId: string, nowSeconds: number, plan: Plan): Identity {
  return { id: childId('resp_', callId), createdAt: nowSeconds, model: plan.model, sequence: -1 };
}

/**
 * The event that ends a failed stream, as text.
 *
 * in:     the stream's identity; code and message of the error.
 * source: LiteLLM 1.106.2, proxy/common_utils/responses_stream_errors.py, read 2026-11-23.
 */
export function failedEvent(identity: Identity, code: string, message: string): string {
  const response: JsonObject = {
    id: identity.id,
    object: 'response',
    created_at: identity.createdAt,
    status: 'failed',
    error: { code, message },
    model: identity.model,
    output: [],
  };
  return `event: response.failed\ndata: ${JSON.stringify({ type: 'response.failed', response, sequence_number: identity.sequence + 1 })}\n\n`;
}

/** The same for an error of the gateway's own. */
export function failureEvent(identity: Identity, { status, message }: ClientError): string {
  return failedEvent(identity, status < 500 ? (CODES[status] ?? 'invalid_request_error') : 'server_error', message);
}

/** The code of an error in a provider's stream. */
export function codeOf(code: JsonValue | undefined, type: JsonValue | undefined): string {
  for (const value of [code, type]) {
    if (value === 'insufficient_quota') return value;
    if (value === 429 || value === '429' || (typeof value === 'string' && value.startsWith('rate_limit'))) return 'rate_limit_exceeded';
  }
  return typeof code === 'string' && code !== '' && !/^\d+$/u.test(code) ? code : 'server_error';
}
