import type { Deployment, RouterSettings, RoutingStrategy } from '../ports/index.ts';
import { layOutShares, type Shares } from './strategies/index.ts';
import { requestsMax, tokensMax } from './minute-limits.ts';

/** What is worked out once per group of deployments. */
export interface GroupIndex {
  readonly strategy: RoutingStrategy;
  readonly shares: Shares;
  /** The orders of its deployments, ascending. */
  readonly orders: readonly number[];
  /** Only the shares decide, as long as no deployment cools down. */
  readonly plain: boolean;
  /** A deployment has slots or limits that can be used up. */
  readonly limited: boolean;
  /** Calls in flight, requests and tokens are counted, because something reads the counts. */
  readonly counted: boolean;
  readonly timed: boolean;
  /** Its deployments are chosen by tags. */
  readonly filtersByTags: boolean;
  /** What its deployments may do in a minute together, as far as they have limits; undefined: none has. */
  readonly limits: GroupLimits | undefined;
}

/** Undefined members: no limit. */
export interface GroupLimits {
  readonly requests: number | undefined;
  readonly tokens: number | undefined;
}

/** Makes the index, kept per group: a group is identified by the array that the look-up gives for it. */
export function createGroupIndex(settings: RouterSettings): (name: string, deployments: readonly Deployment[]) => GroupIndex {
  const known = new WeakMap<readonly Deployment[], GroupIndex>();
  const strategies = strategiesByName(settings);
  return (name, deployments) => {
    const found = known.get(deployments);
    if (found !== undefined) return found;
    const strategy = strategies.get(name) ?? strategies.get(deployments[0]?.modelGroup ?? '') ?? settings.strategy;
    const made = indexGroup(settings, strategy, deployments);
    known.set(deployments, made);
    return made;
  };
}

/** A routing group's strategy also holds for the models in it. */
function strategiesByName({ routingGroups }: RouterSettings): ReadonlyMap<string, RoutingStrategy> {
  const named = [...routingGroups];
  return new Map([
    ...named.flatMap(([, { models, strategy, orders }]) => (orders === undefined ? models.map((model) => [model, strategy] as const) : [])),
    ...named.map(([name, { strategy }]) => [name, strategy] as const),
  ]);
}

function indexGroup(settings: RouterSettings, strategy: RoutingStrategy, deployments: readonly Deployment[]): GroupIndex {
  const orders = deployments.flatMap(({ routing }) => (routing?.order === undefined ? [] : [routing.order]));
  const limited = deployments.some(({ routing }) => routing?.parallelMax !== undefined);
  const { preCallChecks, checks } = settings;
  // The first deployment that sets it decides for the group.
  const filtersByTags =
    deployments.find(({ routing }) => routing?.tagFiltering !== undefined)?.routing?.tagFiltering ?? settings.tagFiltering;
  const watched =
    preCallChecks ||
    filtersByTags ||
    checks.size > 0 ||
    settings.groupAffinities !== undefined ||
    settings.healthRouting?.leavesOut === true ||
    isBudgeted(settings, deployments);
  const counts = strategy !== 'simple-shuffle' && strategy !== 'cost-based-routing';
  return {
    strategy,
    shares: layOutShares(deployments),
    orders: [...new Set(orders)].toSorted((one, other) => one - other),
    plain: strategy === 'simple-shuffle' && orders.length === 0 && !limited && !watched,
    limited: limited || checks.has('enforce_model_rate_limits'),
    counted: counts || limited || preCallChecks || checks.has('enforce_model_rate_limits') || deployments.some(hasLimits),
    timed: strategy === 'latency-based-routing',
    filtersByTags,
    limits: deployments.some(hasLimits) ? { requests: sumOf(deployments, requestsMax), tokens: sumOf(deployments, tokensMax) } : undefined,
  };
}

function sumOf(deployments: readonly Deployment[], limitOf: (deployment: Deployment) => number | undefined): number | undefined {
  const known = deployments.flatMap((deployment) => limitOf(deployment) ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}

/** Whether a budget may leave out any of them. */
function isBudgeted({ budgets }: RouterSettings, deployments: readonly Deployment[]): boolean {
  if (budgets === undefined) return false;
  return (
    budgets.tags.size > 0 ||
    deployments.some(({ provider, routing }) => routing?.budget !== undefined || budgets.providers.has(provider.id))
  );
}

function hasLimits(deployment: Deployment): boolean {
  return requestsMax(deployment) !== undefined || tokensMax(deployment) !== undefined;
}
