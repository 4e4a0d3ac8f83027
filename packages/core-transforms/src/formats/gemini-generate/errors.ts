import type { JsonObject } from '../../contract/json.ts';
import { fail, type Failure } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import type { TransformError } from '../../errors/transform-error.ts';
import { typesRateLimit } from '../../errors/types-rate-limit.ts';
import { isObject } from '../../json/is-object.ts';
import { toVertexError } from '../vertex-anthropic/errors.ts';
import { readString } from './types.ts';

/**
 * The provider's answer with a status ≥ 400 → an error whose message is the whole body. A streamed call keeps the provider's status: the
 * reference maps statuses only for whole answers.
 *
 * source: LiteLLM 1.106.2, vertex_and_google_ai_studio_gemini.py `make_call` and proxy/common_utils/openai_error_payload.py,
 *         read 2026-11-26.
 */
export function toError(answer: ProviderAnswer, plan: Plan): TransformError {
  const error = toVertexError(answer, plan);
  if (!plan.stream || error.kind !== 'upstream-refused') return error;
  const { shown: _shown, ...plain } = error;
  return answer.status === 429 ? { ...plain, shown: { type: 'rate_limit_error' } } : plain;
}

/** An error inside a 200: its own code is the status. */
export function toInnerError(body: JsonObject, plan: Plan): TransformError {
  const error = isObject(body['error']) ? body['error'] : {};
  const code = Number(error['code'] ?? 500);
  const status = Number.isInteger(code) && code >= 400 && code < 600 ? code : 500;
  const message = readString(error, 'message') ?? JSON.stringify(body['error']);
  const name = readString(error, 'status');
  return toVertexError({ status, headers: {}, body: name === undefined ? message : `${name} - ${message}` }, plan);
}

/** The same in the middle of a stream, where the reference gives only rate limits an error type. */
export function toStreamError(event: JsonObject, plan: Plan, begun: boolean): TransformError {
  const error = toInnerError(event, plan);
  if (!begun || error.kind !== 'upstream-refused') return error;
  const status = error.shown?.status ?? error.status;
  return typesRateLimit(status, plan) ? error : { ...error, shown: { ...error.shown, type: null } };
}

/** A request that cannot be converted. The reference sets no `param` for an error inside one, so the path is part of the message. */
export function badRequest(path: string, message: string): Failure {
  return fail({ kind: 'bad-request', path: '', message: `${path}: ${message}` });
}
