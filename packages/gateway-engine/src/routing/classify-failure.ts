import { toAnswerError, type EngineError } from '../errors/index.ts';
import type { FailureClass } from '../ports/index.ts';

/** A failed attempt as the router judges it. */
export interface RouterFailure {
  readonly className: FailureClass;
  /** As the client would see it, by the reference's mapping of what providers send. */
  readonly status: number;
  /** What the provider asked for, in seconds, ≥ 0; undefined when it asked for nothing that can be read. */
  readonly retryAfterSeconds: number | undefined;
  /** Nothing more is tried: the caller has gone, or another lane may serve the call. */
  readonly final: boolean;
  /** A provider was asked. What goes wrong before that says nothing about a deployment. */
  readonly asked: boolean;
  /** The deployment's account is spent: retrying it cannot help until somebody pays. */
  readonly spent: boolean;
  /** The time limit was reached. */
  readonly timedOut: boolean;
  /** Only other groups are tried: the client asked for this failure to test its fallbacks, or the group's budget or minute is used up. */
  readonly elsewhere: boolean;
}

const BY_STATUS: Readonly<Record<number, FailureClass>> = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  402: 'PaymentRequiredError',
  403: 'PermissionDeniedError',
  404: 'NotFoundError',
  408: 'Timeout',
  413: 'BadRequestError',
  422: 'UnprocessableEntityError',
  429: 'RateLimitError',
  500: 'InternalServerError',
  502: 'BadGatewayError',
  503: 'ServiceUnavailableError',
  504: 'Timeout',
};

/** Anthropic's code for a monthly limit that is used up. Source: docs.anthropic.com/en/api/rate-limits, 2026-11-23. */
const SPENT = 'enforced_spend_limit_reached';

/**
 * What a failed attempt means to the router.
 *
 * in:     the error, the provider's headers when it answered, the wall clock in milliseconds (for a Retry-After that is a date).
 * source: LiteLLM 1.106.2, litellm_core_utils/exception_mapping_utils.py, with its classes by status.
 */
export function classifyFailure(
  error: EngineError,
  headers: Readonly<Record<string, string | undefined>> | undefined,
  nowMs: number,
): RouterFailure {
  const { status, message } = toAnswerError(error);
  return {
    className: classOf(error, status),
    status,
    retryAfterSeconds: readRetryAfter(headers?.['retry-after'], nowMs),
    final: isFinal(error),
    asked: wasAsked(error),
    spent: status === 429 && message.includes(SPENT),
    elsewhere:
      error.kind === 'over-budget' ||
      (error.kind === 'over-limit' && error.ofMinute === true) ||
      (error.kind === 'mocked' && error.status !== 429 && error.byDeployment !== true),
    timedOut: (error.kind === 'upstream' && error.failure.kind.endsWith('-timeout')) || (error.kind === 'mocked' && error.status === 408),
  };
}

/** What a failure means to the router where only its status is known. */
export function failureOfStatus(status: number): RouterFailure {
  return {
    className: BY_STATUS[status] ?? 'APIError',
    status,
    retryAfterSeconds: undefined,
    final: false,
    asked: true,
    spent: false,
    timedOut: status === 408,
    elsewhere: false,
  };
}

function classOf(error: EngineError, status: number): FailureClass {
  if (error.kind === 'no-deployments') return 'NoDeployments';
  if (error.kind === 'mocked') return error.className;
  if (error.kind === 'context-too-small') return 'ContextWindowExceededError';
  if (error.kind === 'transform' && error.error.kind === 'upstream-refused') {
    if (error.error.reason === 'context-window') return 'ContextWindowExceededError';
    if (error.error.reason === 'content-policy') return 'ContentPolicyViolationError';
  }
  return BY_STATUS[status] ?? 'APIError';
}

function isFinal(error: EngineError): boolean {
  if (error.kind === 'upstream') return error.failure.kind === 'aborted';
  if (error.kind === 'transform') return error.error.kind === 'declined';
  return error.kind === 'internal';
}

function wasAsked(error: EngineError): boolean {
  if (error.kind === 'upstream') return true;
  if (error.kind === 'mocked') return error.byDeployment === true;
  if (error.kind !== 'transform') return false;
  const { kind } = error.error;
  return kind === 'upstream-refused' || kind === 'bad-upstream' || kind === 'stream-cut';
}

/** Reads seconds or an HTTP date; undefined for anything else. */
export function readRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^[+-]?\d+$/u.test(text)) return Number(text) >= 0 ? Number(text) : undefined;
  if (!/^[A-Za-z]{3},? /u.test(text)) return undefined;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) || dateMs < nowMs ? undefined : Math.floor((dateMs - nowMs) / 1000);
}
