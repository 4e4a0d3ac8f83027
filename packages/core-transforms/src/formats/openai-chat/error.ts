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
 * A refusal (status ≥ 400) of a provider of the OpenAI family.
 *
 * out:    the provider's own sentence, or its body where the row says so; what the reference's client would have made of it
 *         where that does not follow from the status.
 * source: LiteLLM 1.106.2, exception_mapping_utils.py `_map_openai_exception`, read 2026-11-23.
 */
export function toUpstreamError(answer: ProviderAnswer, plan: Plan): TransformError {
  return refusedError(answer, plan);
}

/**
 * An error object that came where an answer, or a stream's event, should have been.
 *
 * in: the whole object, `error` in it.
 */
export function toErrorInAnswer(body: JsonObject, plan: Plan): UpstreamRefused {
  const { error } = body;
  const code = isObject(error) ? error['code'] : body['code'];
  const status = typeof code === 'number' && code >= 400 && code < 600 ? code : 500;
  const message = sentenceOf(body) ?? JSON.stringify(body);
  return { kind: 'upstream-refused', provider: plan.provider.id, status, message, reason: reasonOf(message, plan) };
}

/**
 * The same for an event of a stream. In one that has begun the reference types rate limits and, for some rows, a server's fault,
 * but nothing that it knows the reason of.
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

/** Whether an object is an error in place of an answer. Some providers send an empty one beside every answer. */
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
    // What is known by its words keeps the status that it came with.
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

/** Characters of a body without a sentence that are quoted: of the page of a proxy in between nobody needs more. The reference quotes all of it. */
const QUOTED_CHARS_MAX = 2_000;

/** The reference's OpenAI client words an error without a sentence so. */
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

/** Statuses that have a class of their own; the reference knows more of them where it does not take a provider for one of OpenAI's family. */
const CLASSED: ReadonlySet<number> = new Set([401, 404, 408, 429, 500, 502, 503, 504]);

/** What some words of the body decide, whatever else there is. */
function saidError(body: string, rules: ErrorRules | undefined): ShownError | undefined {
  if (/Request timed out|Request Timeout Error|Timed out generating response|The read operation timed out/u.test(body)) {
    return { className: 'Timeout', status: 408 };
  }
  return rules?.bySaying?.find(({ says }) => body.includes(says));
}

/**
 * What the reference makes of it before it looks at the status: it reads the words of the body first. `inner` is the error
 * object when its `type` is handed on.
 */
function shownError(
  { status, body }: ProviderAnswer,
  reason: UpstreamRefused['reason'],
  inner: JsonObject | undefined,
  rules: ErrorRules | undefined,
): ShownError {
  const readsBody = rules?.byStatusAlone !== true;
  // The reference's OpenAI client puts the status before the sentence.
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

/** A server's fault stays one, whatever type the provider gave it. */
function typeFor(type: string, status: number): string {
  return status < 500 ? type : 'internal_server_error';
}

function isRateLimit(body: string, status: number): boolean {
  return (status === 429 && /\b429\b/u.test(body)) || /rate[\s_-]*limit/iu.test(body) || /service tier capacity exceeded/iu.test(body);
}

/** Where providers put their words. */
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
