import type { AllowedFails, DeploymentCounts, DeploymentRouting, RouterSettings } from '../ports/index.ts';
import type { RouterFailure } from './classify-failure.ts';
import { countFor, isRetryableStatus } from './decide-retry.ts';

/** Of the calls of a minute, more than this part failed … */
const FAILURE_RATIO_MAX = 0.5;
/** … of at least so many. */
const CALLS_MIN = 5;
/** A group's only deployment cools down when all of so many calls have failed. */
const CALLS_MIN_FOR_ONLY = 1000;
/** No provider takes a deployment out for longer, whatever it says. */
const COOLDOWN_SECONDS_MAX = 60;

/** What is asked beside the settings. */
export interface CooldownCase {
  readonly failure: RouterFailure;
  /** The row's own settings. */
  readonly routing: DeploymentRouting | undefined;
  /** The deployment's, this failure counted. */
  readonly counts: DeploymentCounts | undefined;
  /** Nothing stands beside it: no other deployment in its group. */
  readonly only: boolean;
  /** The failure found it half open. */
  readonly probing: boolean;
}

/** Whether a failure takes a deployment out: never, by what it is, or once it has failed too often for `allowed_fails`. */
export type CooldownVerdict =
  | { readonly kind: 'no' }
  | { readonly kind: 'cool'; readonly seconds: number }
  /** Counted under `name`. */
  | ({ readonly kind: 'count'; readonly name: string } & AllowedFails);

const NO: CooldownVerdict = { kind: 'no' };

/**
 * Whether a deployment cools down after a failure, and for how long.
 *
 * source: LiteLLM 1.106.2, router_utils/cooldown_handlers.py. Ours: a probe that fails ends in another cooldown, and no
 *         cooldown is longer than a minute because a provider said so.
 */
export function decideCooldown(settings: RouterSettings, the: CooldownCase): CooldownVerdict {
  const { failure, routing, only, probing } = the;
  const seconds = cooldownSeconds(settings, the);
  const ownAllowed = countFor(routing?.allowedFailsPolicy, failure);
  if (settings.cooldownsOff || seconds === 0) return NO;
  if (!countsAgainst(failure) && ownAllowed === undefined) return NO;
  if (only && failure.status === 402 && ownAllowed === undefined && countFor(settings.allowedFailsPolicy, failure) === undefined) return NO;
  if (probing) return { kind: 'cool', seconds };
  const keepSeconds = routing?.cooldownSeconds ?? settings.cooldownSeconds;
  if (ownAllowed !== undefined) return { kind: 'count', name: failure.className, keepSeconds, allowed: ownAllowed, seconds };
  if (routing?.allowedFails !== undefined) {
    return only ? NO : { kind: 'count', name: 'generic', keepSeconds, allowed: routing.allowedFails, seconds };
  }
  if (settings.allowedFails !== undefined || settings.allowedFailsPolicy !== undefined) {
    const allowed = countFor(settings.allowedFailsPolicy, failure) ?? settings.allowedFails ?? ALLOWED_FAILS;
    return { kind: 'count', name: '', keepSeconds: settings.cooldownSeconds, allowed, seconds };
  }
  return coolsByRate(the) ? { kind: 'cool', seconds } : NO;
}

/** What the reference allows where only a policy is set, for classes that the policy does not name. */
const ALLOWED_FAILS = 3;

/** Whether a failure says something about a deployment: of what a client did wrong it is innocent. */
export function countsAgainst({ status, asked }: RouterFailure): boolean {
  return asked && (status >= 500 || status === 429 || status === 401 || status === 402 || status === 404 || status === 408);
}

function coolsByRate({ failure, counts, only }: CooldownCase): boolean {
  const fails = counts?.failures ?? 0;
  const total = fails + (counts?.successes ?? 0);
  if (failure.status === 429 && !only) return true;
  if (total >= CALLS_MIN_FOR_ONLY && fails === total) return true;
  if (!only && total >= CALLS_MIN && fails / total > FAILURE_RATIO_MAX) return true;
  return !isRetryableStatus(failure.status);
}

/** The row's own wish, then the provider's, then the router's. */
function cooldownSeconds({ cooldownSeconds: general }: RouterSettings, { routing, failure }: CooldownCase): number {
  return routing?.cooldownSeconds ?? Math.min(failure.retryAfterSeconds ?? general, Math.max(COOLDOWN_SECONDS_MAX, general));
}
