import type { EngineError } from '../errors/index.ts';
import type { Caller, Deployment, GatewayConfig } from '../ports/index.ts';
import type { FindDeployments } from '../routing/index.ts';
import { amountsOf, partOf, type Amounts } from './find-shares.ts';

/** What a group may a minute, and which part of it a key's priority has. */
export interface ActivityLimits {
  readonly group: string;
  readonly deployments: readonly Deployment[];
  readonly of: Amounts;
  readonly part: number;
}

/** The limits of a call; undefined where its group has none. */
export type FindActivity = (model: string | undefined, caller: Caller) => ActivityLimits | undefined;

/** What is left of a group's minute, and what of that each of the keys that call it may take. Undefined: no limit. */
export interface ActivityLeft {
  readonly own: Amounts;
  readonly ofGroup: Amounts;
  readonly keys: number;
}

/**
 * Compiles what `dynamic_rate_limiter` holds. Undefined where it is not asked for.
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
 * What is left.
 *
 * in: what the group's deployments have taken of their minute, how many calls were let in here, and how many keys call it.
 */
export function activityLeft(
  { of, part }: Pick<ActivityLimits, 'of' | 'part'>,
  used: { readonly requests: number; readonly tokens: number },
  calls: number,
  keys: number,
): ActivityLeft {
  // A call that was let in counts before it is sent: many at once are not taken for none.
  const ofGroup = { requests: less(of.requests, Math.max(used.requests, calls)), tokens: less(of.tokens, used.tokens) };
  const own = (left: number | undefined): number | undefined =>
    left === undefined ? undefined : Math.max(0, Math.trunc((left * part) / Math.max(1, keys)));
  return { own: { requests: own(ofGroup.requests), tokens: own(ofGroup.tokens) }, ofGroup, keys };
}

/** Why a key is not let in; undefined: something is left for it. */
export function refuseActivity({ own, ofGroup, keys }: ActivityLeft, key: string | undefined): EngineError | undefined {
  if (own.tokens === 0) return { kind: 'activity-full', key, of: 'TPM', left: ofGroup.tokens ?? 0, keys };
  return own.requests === 0 ? { kind: 'activity-full', key, of: 'RPM', left: ofGroup.requests ?? 0, keys } : undefined;
}

function less(most: number | undefined, used: number): number | undefined {
  return most === undefined ? undefined : most - used;
}

/** The same by the reference's names. */
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
