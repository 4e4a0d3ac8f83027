import type { AllowedFails, DeploymentCounts, DeploymentRouting, RouterSettings } from '../ports/index.ts';
import type { RouterFailure } from './classify-failure.ts';
import { countFor, isRetryableStatus } from './decide-retry.ts';

/** A deployment cools down when more than this part of a minute's calls has failed … */
const FAILURE_RATIO_MAX = 0.5;
/** … of at least this many. */
const CALLS_MIN = 5;
/** A group's only deployment cools down only when this many calls have all failed. */
const CALLS_MIN_FOR_ONLY = 1000;
/** A longer Retry-After does not make a cooldown longer. */
const COOLDOWN_SECONDS_MAX = 60;

/** A failure, and what is known of its deployment. */
export interface CooldownCase {
  readonly failure: RouterFailure;
  /** The deployment's own settings. */
  readonly routing: DeploymentRouting | undefined;
  /** The deployment's counts, this failure included. */
  readonly counts: DeploymentCounts | undefined;
  /** The group has no other deployment. */
  readonly only: boolean;
  /** The call was the probe of a deployment that had cooled down. */
  readonly probing: boolean;
}

/** What a failure does to its deployment: nothing; a cooldown; or it counts, and the one that exceeds `allowed_fails` is a cooldown. */
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
export function decideCooldown(settings: RouterSettings, known: CooldownCase): CooldownVerdict {
  const { failure, routing, only, probing } = known;
  const seconds = cooldownSeconds(settings, known);
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
  return coolsByRate(known) ? { kind: 'cool', seconds } : NO;
}

/** The reference's allowance for classes that a policy does not name. */
const ALLOWED_FAILS = 3;

/** Whether a failure says something about its deployment. A client's mistake does not. */
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

/** The deployment's own setting, else the provider's Retry-After, else the router's. */
function cooldownSeconds({ cooldownSeconds: general }: RouterSettings, { routing, failure }: CooldownCase): number {
  return routing?.cooldownSeconds ?? Math.min(failure.retryAfterSeconds ?? general, Math.max(COOLDOWN_SECONDS_MAX, general));
}
