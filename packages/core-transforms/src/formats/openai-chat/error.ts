import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import type { ShownError, TransformError } from '../../errors/transform-error.ts';
import { saysContextWindow } from '../../errors/says-context-window.ts';
import { typesRateLimit } from '../../errors/types-rate-limit.ts';
import { isObject } from '../../json/is-object.ts';
import type { ErrorRules } from '../../providers/provider-row.ts';
import { parseJson } from '../../json/parse-json.ts';

type UpstreamRefused = Extract<TransformError, { kind: 'upstream-refused' }>;

const CONTENT_POLICY: readonly string[] = [
  'content_policy_violation',
  'violating our usage policy',
  'request was rejected as a result of the safety system',
];

/**
 * A refusal (status ≥ 400) by an OpenAI-compatible provider.
 *
 * out:    the provider's own sentence, or its body if the row says so; and the error class of the reference's client if it does not follow
 *         from the status.
 * source: LiteLLM 1.106.2, exception_mapping_utils.py `_map_openai_exception`, read 2026-11-23.
 */
export function toUpstreamError(answer: ProviderAnswer, plan: Plan): TransformError {
  return refusedError(answer, plan);
}

/**
 * An error object in place of an answer or a stream's event.
 *
 * in: the whole object, with its member `error`.
 */
export function toErrorInAnswer(body: JsonObject, plan: Plan): UpstreamRefused {
  const { error } = body;
  const code = isObject(error) ? error['code'] : body['code'];
  const status = typeof code === 'number' && code >= 400 && code < 600 ? code : 500;
  const message = sentenceOf(body) ?? JSON.stringify(body);
  return { kind: 'upstream-refused', provider: plan.provider.id, status, message, reason: reasonOf(message, plan) };
}

/**
 * The same for an event of a stream. Once a stream has begun, the reference gives an error type only to rate limits and, for some rows, to
 * server errors, except to those whose reason it recognises.
 */
export function toErrorInStream(event: JsonObject, plan: Plan, begun: boolean): TransformError {
  const error = toErrorInAnswer(event, plan);
  if (error.reason !== 'other') {
    const status = plan.provider.errors?.shows === 'whole-body' ? error.status : 400;
    return { ...error, shown: begun ? { status, type: null } : { status } };
  }
  const amid = begun && error.status !== 429 ? plan.provider.errors?.amidStream : undefined;
  if (amid !== undefined) return { ...error, shown: amid };
  const typed = typesRateLimit(error.status, plan) || (error.status === 500 && plan.provider.errors?.typesStreamErrors === true);
  return typed || !begun ? error : { ...error, shown: { ...error.shown, type: null } };
}

/** Whether an object is an error in place of an answer. An empty `error` is not: some providers send one with every answer. */
export function isErrorBody(body: JsonObject): boolean {
  const { error } = body;
  if (isObject(error)) return !Array.isArray(body['choices']) || isSaid(error['message']) || isSaid(error['code']);
  if (typeof error === 'string') return error !== '';
  return body['object'] === 'error' || (typeof body['error_code'] === 'string' && !Array.isArray(body['choices']));
}

function refusedError(answer: ProviderAnswer, plan: Plan): UpstreamRefused {
  const { status, body } = answer;
  const { errors, id } = plan.provider;
  const parsed = parseObject(body);
  const inner = parsed !== undefined && isObject(parsed['error']) ? parsed['error'] : parsed;
  const shows = errors?.shows ?? 'sentence';
  const sentence = parsed === undefined ? undefined : sentenceOf(parsed);
  const message = shows === 'sentence' ? (sentence ?? bareMessage(status, body)) : body;
  const reason = reasonOf(body, plan);
  const shown = saidError(body, errors) ?? {
    ...shownError(answer, reason, shows === 'sentence' ? inner : undefined, errors),
    // An error recognised by its wording keeps its status.
    ...(reason === 'other' ? errors?.byStatus?.[status] : undefined),
  };
  const passesParam = shows === 'sentence' && shown.className === 'BadRequestError' && typeof inner?.['param'] === 'string';
  return {
    kind: 'upstream-refused',
    provider: id,
    status,
    message,
    reason,
    ...(passesParam && typeof inner?.['param'] === 'string' && { param: inner['param'] }),
    ...(typeof inner?.['code'] === 'string' && { code: inner['code'] }),
    shown,
  };
}

/** The most characters quoted of a body without a sentence, such as a proxy's HTML page. The reference quotes all of it. */
const QUOTED_CHARS_MAX = 2_000;

/** The message of the reference's OpenAI client for an error without a sentence. */
function bareMessage(status: number, body: string): string {
  return body === '' ? `Error code: ${status}` : `Error code: ${status} - ${body.slice(0, QUOTED_CHARS_MAX)}`;
}

function reasonOf(body: string, { provider }: Plan): UpstreamRefused['reason'] {
  const words = body.toLowerCase();
  if (saysContextWindow(body, provider.errors?.contextWindow)) return 'context-window';
  return [...CONTENT_POLICY, ...(provider.errors?.contentPolicy ?? [])].some((phrase) => words.includes(phrase))
    ? 'content-policy'
    : 'other';
}

/** Statuses with an error class of their own; the reference has more for providers that it does not treat as OpenAI-compatible. */
const CLASSED: ReadonlySet<number> = new Set([401, 404, 408, 429, 500, 502, 503, 504]);

/** The error that certain phrases in the body determine, whatever else there is. */
function saidError(body: string, rules: ErrorRules | undefined): ShownError | undefined {
  if (/Request timed out|Request Timeout Error|Timed out generating response|The read operation timed out/u.test(body)) {
    return { className: 'Timeout', status: 408 };
  }
  return rules?.bySaying?.find(({ says }) => body.includes(says));
}

/**
 * The error that the reference derives from the body's wording, before it looks at the status. `inner` is the error object if its `type` is
 * passed on.
 */
function shownError(
  { status, body }: ProviderAnswer,
  reason: UpstreamRefused['reason'],
  inner: JsonObject | undefined,
  rules: ErrorRules | undefined,
): ShownError {
  const readsBody = rules?.byStatusAlone !== true;
  // The reference's OpenAI client puts the status in front of the sentence.
  const words = rules?.shows === undefined || rules.shows === 'sentence' ? bareMessage(status, body) : body;
  if (readsBody && isRateLimit(words, status)) return { className: 'RateLimitError', status: 429 };
  if (reason !== 'other') return {};
  const invalid = readsBody && body.includes('invalid_request_error');
  if (invalid && body.includes('model_not_found')) return { className: 'NotFoundError' };
  if ((invalid && !body.includes('Incorrect API key provided')) || status === 400 || status === 422) {
    const type = inner?.['type'];
    return { className: 'BadRequestError', ...(typeof type === 'string' && type !== '' && { type: typeFor(type, status) }) };
  }
  return rules?.classesByStatus === true || CLASSED.has(status) ? {} : { className: 'APIError' };
}

/** A status of a server error determines the type, whatever the provider says. */
function typeFor(type: string, status: number): string {
  return status < 500 ? type : 'internal_server_error';
}

function isRateLimit(body: string, status: number): boolean {
  return (status === 429 && /\b429\b/u.test(body)) || /rate[\s_-]*limit/iu.test(body) || /service tier capacity exceeded/iu.test(body);
}

/** The provider's sentence, from any of the members that providers use for it. */
function sentenceOf(body: JsonObject): string | undefined {
  const { error, message } = body;
  const words = isObject(error) ? error['message'] : (message ?? error);
  return typeof words === 'string' && words !== '' ? words : undefined;
}

function isSaid(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}

function parseObject(text: string): JsonObject | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}
