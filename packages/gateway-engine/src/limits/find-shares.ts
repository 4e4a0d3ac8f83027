import type { Caller, Deployment, GatewayConfig, PrioritySettings, RateLimit, Reservation, ShareLimits } from '../ports/index.ts';
import { requestsMax, tokensMax, type FindDeployments, type LimitedDeployment } from '../routing/index.ts';

/** What a group may do in a minute, and the caller's share of it; undefined where its deployments have no limits. */
export type FindShares = (model: string | undefined, caller: Caller) => ShareLimits | undefined;

/**
 * Compiles the limits of `dynamic_rate_limiter_v3`. Undefined where it is not configured.
 *
 * source: LiteLLM 1.106.2, proxy/hooks/dynamic_rate_limiter_v3.py, including its names for what is counted.
 */
export function compileShares(config: Pick<GatewayConfig, 'priorities'>, findDeployments: FindDeployments): FindShares | undefined {
  const { priorities } = config;
  if (priorities === undefined) return undefined;
  return (model, caller) => {
    const deployments = model === undefined ? [] : findDeployments(model, caller);
    const [first] = deployments;
    return first === undefined ? undefined : sharesOf(priorities, groupNameOf(deployments, model ?? ''), deployments, priorityOf(caller));
  };
}

/** An alias counts under the group that it stands for. */
function groupNameOf([first, ...others]: readonly Deployment[], model: string): string {
  return first !== undefined && others.every(({ modelGroup }) => modelGroup === first.modelGroup) ? first.modelGroup : model;
}

/** A caller's priority: his team's, else his key's. */
export function priorityOf({ grants, metadata }: Caller): string | undefined {
  const own = grants?.team?.priority ?? metadata['priority'];
  return typeof own === 'string' ? own : undefined;
}

/** The limits of one group and one priority. */
export function sharesOf(
  { reservations, defaultPart, fullFrom }: PrioritySettings,
  group: string,
  deployments: readonly Pick<Deployment, 'rpm' | 'tpm'>[],
  priority: string | undefined,
): ShareLimits | undefined {
  const of = amountsOf(deployments);
  if (of.requests === undefined && of.tokens === undefined) return undefined;
  // A limit of 0 is none, as in the reference.
  const whole = toLimit('model_saturation_check', group, { requests: of.requests || undefined, tokens: of.tokens || undefined });
  if (reservations === undefined) return { group, priority, of, whole, share: undefined, fullFrom };
  const isNamed = priority !== undefined && reservations.has(priority);
  const part = isNamed ? (partsOf(reservations, of).get(priority) ?? 0) : defaultPart;
  const share = toLimit('priority_model', `${group}:${isNamed ? priority : 'default_pool'}`, {
    requests: of.requests === undefined ? undefined : Math.trunc(of.requests * part),
    tokens: of.tokens === undefined ? undefined : Math.trunc(of.tokens * part),
  });
  return { group, priority, of, whole, share, fullFrom };
}

/** Calls and tokens a minute. */
export type Amounts = Pick<RateLimit, 'requests' | 'tokens'>;

/** The sum of what a group's deployments may do, by their `rpm` and `tpm`. */
export function amountsOf(deployments: readonly LimitedDeployment[]): Amounts {
  return { requests: sum(deployments.map(requestsMax)), tokens: sum(deployments.map(tokensMax)) };
}

function toLimit(scope: string, id: string, { requests, tokens }: Amounts): RateLimit {
  return { scope, id, requests, tokens, parallel: undefined };
}

/** The part of the whole that is reserved for each priority. If they add up to more than the whole, each gets less. */
function partsOf(reservations: ReadonlyMap<string, Reservation>, of: Amounts): ReadonlyMap<string, number> {
  const parts = [...reservations].map(([name, reservation]) => [name, partOf(reservation, of)] as const);
  const total = parts.reduce((all, [, part]) => all + part, 0);
  return new Map(total > 1 ? parts.map(([name, part]) => [name, part / total]) : parts);
}

/**
 * A reservation as a part of the whole. A group that does not say how many calls it may take reads numbers as parts, as in the reference.
 */
export function partOf({ of: kind, value }: Reservation, of: Amounts): number {
  const most = kind === 'part' ? undefined : of[kind] || undefined;
  return most === undefined ? value : value / most;
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}
