import type { JsonObject } from '@stagegate/core-transforms';
import type { AnswerError } from './to-answer-error.ts';

/** The shapes an error has on the wire: OpenAI's, Anthropic's, and the bare one of the reference's own GET routes. */
export type EnvelopeId = 'openai' | 'anthropic' | 'detail';

/** Source: docs.anthropic.com/en/api/errors, 2026-11-23. */
const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** One error as the whole body of an answer, JSON text. */
export function renderErrorBody(envelope: EnvelopeId, error: AnswerError): string {
  return JSON.stringify(errorObject(envelope, error));
}

/** One error as the last event of a stream that has begun. */
export function renderErrorEvent(envelope: EnvelopeId, error: AnswerError): string {
  const data = JSON.stringify(errorObject(envelope, error));
  return envelope === 'anthropic' ? `event: error\ndata: ${data}\n\n` : `data: ${data}\n\n`;
}

function errorObject(envelope: EnvelopeId, error: AnswerError): JsonObject {
  const more = error.providerFields === undefined ? {} : { provider_specific_fields: error.providerFields };
  if (envelope === 'detail') return { detail: error.message };
  if (envelope === 'anthropic') {
    const type = ANTHROPIC_TYPES[error.status] ?? 'api_error';
    return { type: 'error', error: { type, message: error.message, ...more } };
  }
  return { error: { message: error.message, type: error.type, param: error.param, code: error.code, ...more } };
}
