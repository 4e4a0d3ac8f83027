import type { EngineError } from '../errors/index.ts';
import type { Caller, Deployment, GatewayConfig } from '../ports/index.ts';
import type { FindDeployments } from '../routing/index.ts';
import { amountsOf, partOf, type Amounts } from './find-shares.ts';

/** What a group may do in a minute, and which part of it a key's priority gets. */
export interface ActivityLimits {
  readonly group: string;
  readonly deployments: readonly Deployment[];
  readonly of: Amounts;
  readonly part: number;
}

/** The limits of a call; undefined where its group has none. */
export type FindActivity = (model: string | undefined, caller: Caller) => ActivityLimits | undefined;

/** What is left of a group's minute, and each active key's part of that. Undefined: no limit. */
export interface ActivityLeft {
  readonly own: Amounts;
  readonly ofGroup: Amounts;
  readonly keys: number;
}

/**
 * Compiles the limits of `dynamic_rate_limiter`. Undefined where it is not configured.
 *
 * source: LiteLLM 1.106.2, proxy/hooks/dynamic_rate_limiter.py.
 */
export function compileActivity(config: Pick<GatewayConfig, 'activeShares'>, findDeployments: FindDeployments): FindActivity | undefined {
  const { activeShares } = config;
  if (activeShares === undefined) return undefined;
  return (model, caller) => {
    const deployments = model === undefined ? [] : findDeployments(model, caller);
    const of = amountsOf(deployments);
    if (of.requests === undefined && of.tokens === undefined) return undefined;
    const { priority } = caller.metadata;
    const reservation = typeof priority === 'string' ? activeShares.get(priority) : undefined;
    return { group: model ?? '', deployments, of, part: reservation === undefined ? 1 : partOf(reservation, of) };
  };
}

/**
 * What is left of a group's minute.
 *
 * in: what its deployments have used of the minute, how many calls were let in here, and how many keys are active.
 */
export function activityLeft(
  { of, part }: Pick<ActivityLimits, 'of' | 'part'>,
  used: { readonly requests: number; readonly tokens: number },
  calls: number,
  keys: number,
): ActivityLeft {
  // Calls that were let in but not sent yet count, too: many at once must not all see an unused minute.
  const ofGroup = { requests: less(of.requests, Math.max(used.requests, calls)), tokens: less(of.tokens, used.tokens) };
  const own = (left: number | undefined): number | undefined =>
    left === undefined ? undefined : Math.max(0, Math.trunc((left * part) / Math.max(1, keys)));
  return { own: { requests: own(ofGroup.requests), tokens: own(ofGroup.tokens) }, ofGroup, keys };
}

/** Why a key is refused; undefined: something is left for it. */
export function refuseActivity({ own, ofGroup, keys }: ActivityLeft, key: string | undefined): EngineError | undefined {
  if (own.tokens === 0) return { kind: 'activity-full', key, of: 'TPM', left: ofGroup.tokens ?? 0, keys };
  return own.requests === 0 ? { kind: 'activity-full', key, of: 'RPM', left: ofGroup.requests ?? 0, keys } : undefined;
}

function less(most: number | undefined, used: number): number | undefined {
  return most === undefined ? undefined : most - used;
}

/** What is left, under the reference's header names. */
export function activityHeaders({ own, ofGroup, keys }: ActivityLeft): Readonly<Record<string, string>> {
  const named = {
    'x-ratelimit-remaining-litellm-project-tokens': own.tokens,
    'x-ratelimit-remaining-litellm-project-requests': own.requests,
    'x-ratelimit-remaining-model-tokens': ofGroup.tokens,
    'x-ratelimit-remaining-model-requests': ofGroup.requests,
    'x-ratelimit-current-active-projects': keys,
  };
  return Object.fromEntries(Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}
