import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ClientError } from '../../errors/to-client-error.ts';
import { childId } from '../../text/child-id.ts';

/** What a stream has said of its response so far; the last event repeats it. */
export interface Identity {
  /** As the client knows it. */
  readonly id: string;
  /** Whole seconds since 1970. */
  readonly createdAt: number;
  readonly model: string;
  /** Of the last event that was numbered; -1 before. */
  readonly sequence: number;
}

const CODES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'request_timeout',
  429: 'rate_limit_exceeded',
};

/** The identity of a response of which the provider has said nothing yet. */
export function unknownIdentity(callId: string, nowSeconds: number, plan: Plan): Identity {
  return { id: childId('resp_', callId), createdAt: nowSeconds, model: plan.model, sequence: -1 };
}

/**
 * The event that ends a stream which failed, as text.
 *
 * in:     what the stream has said of itself; code and message of the error.
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

/** The same for an error that only the gateway knows of. */
export function failureEvent(identity: Identity, { status, message }: ClientError): string {
  return failedEvent(identity, status < 500 ? (CODES[status] ?? 'invalid_request_error') : 'server_error', message);
}

/** The code of an error that a provider named within its stream. */
export function codeOf(code: JsonValue | undefined, type: JsonValue | undefined): string {
  for (const value of [code, type]) {
    if (value === 'insufficient_quota') return value;
    if (value === 429 || value === '429' || (typeof value === 'string' && value.startsWith('rate_limit'))) return 'rate_limit_exceeded';
  }
  return typeof code === 'string' && code !== '' && !/^\d+$/u.test(code) ? code : 'server_error';
}
