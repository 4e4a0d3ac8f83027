import type { FallbackTarget, RouterSettings } from '../ports/index.ts';
import type { RouterFailure } from './classify-failure.ts';
import { grantRetries, isRetryableStatus, mayRetry, retryDelaySeconds, type GroupHealth } from './decide-retry.ts';
import { findFallbacks, type RouteWishes } from './find-fallbacks.ts';

/** Where a call stands between two attempts. Plain data. */
export interface RouteState {
  readonly target: FallbackTarget;
  /** Retries of this target so far, and at most; the latter is undefined until it has failed once. */
  readonly retried: number;
  readonly retriesMax: number | undefined;
  readonly byPolicy: boolean;
  /** Ids of deployments that refused this call for good. */
  readonly refusedBy: readonly string[];
  /** How many fallbacks led here. */
  readonly hops: number;
  /** Targets that were tried, by `targetKey`. No target is tried twice. */
  readonly attempted: readonly string[];
  /** The untried fallbacks of each group on the way here, the innermost last. */
  readonly frames: readonly Frame[];
  /** The fallbacks of the first group, once it has failed. */
  readonly fallbacks: readonly FallbackTarget[];
  /** Calls to providers so far. */
  readonly attempts: number;
}

interface Frame {
  readonly left: readonly FallbackTarget[];
  /** Hops of the target that was last taken from it. */
  readonly depth: number;
}

/** A failed attempt, and what the router knew at that moment. */
export interface FailedAttempt {
  readonly failure: RouterFailure;
  /** Undefined when no deployment could be chosen. */
  readonly deploymentId: string | undefined;
  readonly deploymentRetriesMax: number | undefined;
  readonly health: GroupHealth;
  /** The orders that the group's deployments have, ascending. */
  readonly orders: readonly number[];
  readonly random: number;
  /** Deployments to leave out when the rest of the group is asked before its fallbacks; absent: it is not, or nothing is left of it. */
  readonly failover?: readonly string[] | undefined;
}

/** What is done next. */
export type RouteAction = { readonly kind: 'try'; readonly delaySeconds: number } | { readonly kind: 'stop' };

/** What is done next, and where the call then stands. */
export interface RouteStep {
  readonly action: RouteAction;
  readonly state: RouteState;
}

const STOP: RouteAction = { kind: 'stop' };
const AT_ONCE: RouteAction = { kind: 'try', delaySeconds: 0 };
const NONE: readonly never[] = [];

/** The state in which every call begins. */
export function startRoute(group: string): RouteState {
  return {
    target: { group },
    retried: 0,
    retriesMax: undefined,
    byPolicy: false,
    refusedBy: NONE,
    hops: 0,
    attempted: NONE,
    frames: NONE,
    fallbacks: NONE,
    attempts: 0,
  };
}

/**
 * How many fallbacks an answer's headers show. The reference counts those of the first group alone, and takes whatever follows the first
 * one as a fallback of that: it never shows more than one.
 *
 * source: LiteLLM 1.106.2, router_utils/fallback_event_handlers.py `fallback_lookup_groups`, and its answers on 2026-11-29.
 */
export function shownFallbacks({ hops }: RouteState): '0' | '1' {
  return hops === 0 ? '0' : '1';
}

/** The group that the call asked for. */
function originOf({ attempted, target }: RouteState): string {
  return attempted[0] ?? target.group;
}

/** A name that is equal for equal targets only. */
function targetKey({ group, order, overrides, without }: FallbackTarget): string {
  if (order === undefined && overrides === undefined && without === undefined) return group;
  return JSON.stringify([group, order ?? null, overrides ?? null, without ?? null]);
}

/**
 * What follows a failed attempt: the same group again, another group, or the end. A pure function that has an answer for every state.
 *
 * in:     `before`: the state of the attempt that failed; `event`: how it failed.
 * source: LiteLLM 1.106.2, router.py `async_function_with_retries`, router_utils/fallback_event_handlers.py `run_async_fallback`: a group's
 *         own retries first, then its fallbacks in order, each with its own retries and fallbacks before the next; no target twice.
 */
export function nextStep(settings: RouterSettings, wishes: RouteWishes, before: RouteState, event: FailedAttempt): RouteStep {
  const { failure } = event;
  const state = failure.asked ? { ...before, attempts: before.attempts + 1 } : before;
  if (failure.final || state.attempts >= settings.attemptsMax) return { action: STOP, state };
  return retryGroup(settings, wishes, state, event) ?? fallBack(settings, wishes, state, event);
}

function retryGroup(settings: RouterSettings, wishes: RouteWishes, state: RouteState, event: FailedAttempt): RouteStep | undefined {
  const { failure, health, deploymentId } = event;
  const { target, retried, refusedBy } = state;
  const grant =
    state.retriesMax === undefined
      ? grantRetries(policiesOf(settings, wishes), target.group, failure, wishes.retriesMax, event.deploymentRetriesMax)
      : { retriesMax: state.retriesMax, byPolicy: state.byPolicy };
  if (retried >= grant.retriesMax || failure.elsewhere) return undefined;
  if (!grant.byPolicy && !mayRetry(failure, health)) return undefined;
  const isRefused = deploymentId !== undefined && (!isRetryableStatus(failure.status) || failure.spent);
  return {
    action: {
      kind: 'try',
      delaySeconds: retryDelaySeconds(failure, health, retried, settings.retryAfterSeconds, event.random),
    },
    state: {
      ...state,
      retried: retried + 1,
      retriesMax: grant.retriesMax,
      byPolicy: grant.byPolicy,
      refusedBy: isRefused && !refusedBy.includes(deploymentId) ? [...refusedBy, deploymentId] : refusedBy,
    },
  };
}

function policiesOf(settings: RouterSettings, { groupRetryPolicies }: RouteWishes): RouterSettings {
  return groupRetryPolicies === undefined ? settings : { ...settings, groupRetryPolicies };
}

function fallBack(settings: RouterSettings, wishes: RouteWishes, state: RouteState, event: FailedAttempt): RouteStep {
  const { target, hops, frames } = state;
  const isFirst = frames.length === 0 && hops === 0;
  const found = findFallbacks(settings, wishes, target, originOf(state), event);
  const mayFall = hops < (wishes.fallbacksMax ?? settings.fallbacksMax) && found.length > 0;
  const opened = mayFall ? [...frames, ...toFrames(found, hops)] : frames;
  const failed: RouteState = {
    ...state,
    attempted: state.attempted.includes(target.group) ? state.attempted : [...state.attempted, target.group],
    fallbacks: isFirst ? found.filter(({ without }) => without === undefined) : state.fallbacks,
  };
  return takeTarget(failed, opened, wishes);
}

/** The rest of a group is a frame of its own, which does not count towards the depth of fallbacks. */
function toFrames(found: readonly FallbackTarget[], depth: number): readonly Frame[] {
  const others = found.filter(({ without }) => without !== undefined);
  if (others.length === 0) return [{ left: found, depth }];
  return [
    { left: found.filter(({ without }) => without === undefined), depth },
    { left: others, depth },
  ];
}

function takeTarget(state: RouteState, frames: readonly Frame[], { mayFallBack }: RouteWishes): RouteStep {
  const { attempted } = state;
  const { group: failed } = state.target;
  for (let last = frames.length - 1; last >= 0; last -= 1) {
    const { left = NONE, depth = 0 } = frames[last] ?? {};
    const at = left.findIndex(
      (target) =>
        !attempted.includes(targetKey(target)) && (mayFallBack === undefined || target.group === failed || mayFallBack(target.group)),
    );
    const target = left[at];
    if (target === undefined) continue;
    const frame: Frame = { left: left.slice(at + 1), depth: depth + 1 };
    return {
      action: AT_ONCE,
      state: {
        target,
        retried: 0,
        retriesMax: undefined,
        byPolicy: false,
        refusedBy: NONE,
        hops: depth + 1,
        attempted: [...attempted, targetKey(target)],
        frames: [...frames.slice(0, last), frame],
        fallbacks: state.fallbacks,
        attempts: state.attempts,
      },
    };
  }
  return { action: STOP, state: { ...state, frames: NONE } };
}
