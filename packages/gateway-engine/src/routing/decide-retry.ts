import type { FailurePolicy, RouterSettings } from '../ports/index.ts';
import type { RouterFailure } from './classify-failure.ts';

/** The wait before a retry in a group of one deployment: the first, doubled each time, up to the last. */
const BACKOFF_FIRST_SECONDS = 0.5;
const BACKOFF_SECONDS_MAX = 8;
const JITTER_SECONDS_MAX = 0.75;
/** A longer Retry-After is not waited for: the caller would rather see the error. */
const RETRY_AFTER_SECONDS_MAX = 60;

/** What is known of a group when one of its deployments has failed. */
export interface GroupHealth {
  /** Deployments that can be asked now. */
  readonly healthy: number;
  /** All of them. */
  readonly all: number;
}

/** How many retries a group gets. If a policy says so, nothing else is asked. */
export interface RetryGrant {
  readonly retriesMax: number;
  readonly byPolicy: boolean;
}

/**
 * The retries that a group gets after its first failure.
 *
 * in:     the call's own wish, the failed deployment's `num_retries`, the settings.
 * source: LiteLLM 1.106.2, router.py `async_function_with_retries` and router_utils/get_retry_from_policy.py.
 */
export function grantRetries(
  settings: RouterSettings,
  group: string,
  failure: RouterFailure,
  wished: number | undefined,
  deploymentMax: number | undefined,
): RetryGrant {
  const policy = settings.groupRetryPolicies.get(group) ?? settings.retryPolicy;
  const granted = wished === 0 ? undefined : countFor(policy, failure);
  if (granted !== undefined) return { retriesMax: granted, byPolicy: true };
  return { retriesMax: wished ?? deploymentMax ?? settings.retriesMax, byPolicy: false };
}

/** The policy's count for a class of failure, else for its parent class, else the default. */
export function countFor(policy: FailurePolicy | undefined, { className, status }: RouterFailure): number | undefined {
  if (policy === undefined) return undefined;
  const { counts } = policy;
  if (status === 404 && counts.NotFoundError !== undefined) return counts.NotFoundError;
  const own = counts[className];
  if (own !== undefined) return own;
  const isBadRequest = className === 'ContentPolicyViolationError' || className === 'ContextWindowExceededError';
  return (isBadRequest ? counts.BadRequestError : undefined) ?? policy.default;
}

/** The statuses that a retry may help against; OpenAI's clients retry the same ones. */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/**
 * Whether a group is retried where no policy decides.
 *
 * source: LiteLLM 1.106.2, router.py `should_retry_this_error`. Ours: a limit that is used up is not retried.
 */
export function mayRetry(failure: RouterFailure, { healthy, all }: GroupHealth): boolean {
  const { status, spent } = failure;
  if (healthy <= 0) return false;
  if (status === 401 || status === 403) return all > 1;
  if (spent) return all > 1;
  return isRetryableStatus(status);
}

/**
 * Seconds to wait before the next try; 0 where another deployment can take it.
 *
 * in: how many retries the group has had, and a number in [0, 1).
 */
export function retryDelaySeconds(
  failure: RouterFailure,
  { healthy, all }: GroupHealth,
  retried: number,
  minSeconds: number,
  random: number,
): number {
  if (all !== 1 && healthy > 0) return 0;
  const jitter = JITTER_SECONDS_MAX * random;
  const { retryAfterSeconds: asked } = failure;
  if (asked !== undefined && asked > 0 && asked <= RETRY_AFTER_SECONDS_MAX) return asked + jitter;
  return Math.min(Math.max(BACKOFF_FIRST_SECONDS * 2 ** retried, minSeconds), BACKOFF_SECONDS_MAX) + jitter;
}
