import type { Deployment, GatewayConfig } from '../ports/index.ts';

/**
 * The deployments that may serve a model name, wildcards filled in; empty for a name nobody has heard of.
 * Order: group, deployment id, alias, wildcard (the most specific first), then a deployment's underlying name.
 */
export type FindDeployments = (model: string) => readonly Deployment[];

interface Wildcard {
  readonly pattern: RegExp;
  readonly deployments: readonly Deployment[];
}

const NONE: readonly Deployment[] = [];

/**
 * Compiles the look-up from model names to deployments.
 *
 * cost:   one map look-up for a plain name and for one that was asked for before; one regular expression per wildcard for the others.
 * source: LiteLLM 1.106.2, router.py and router_utils/pattern_match_deployments.py.
 */
export function compileModels(config: GatewayConfig): FindDeployments {
  const groups = withRoutingGroups(
    groupBy(config.deployments, (deployment) => deployment.modelGroup),
    config.router,
  );
  const ids = groupBy(config.deployments, (deployment) => deployment.id);
  const underlying = groupBy(config.deployments, (deployment) => deployment.underlyingModel);
  const wildcards = keepFilled(compileWildcards(groups));
  const find = (model: string): readonly Deployment[] =>
    groups.get(model) ?? ids.get(model) ?? wildcards(model) ?? underlying.get(model) ?? NONE;
  return (model) => {
    const alias = groups.has(model) ? undefined : config.modelGroupAliases.get(model);
    return find(alias ?? model);
  };
}

/** Names whose deployments are kept, at most: clients choose them. */
const FILLED_MAX = 1_000;

/** Deployments that a wildcard was filled in for, by the name that was asked for: the same name gets the very same ones again. */
function keepFilled(wildcards: readonly Wildcard[]): (model: string) => readonly Deployment[] | undefined {
  const filled = new Map<string, readonly Deployment[]>();
  return (model) => {
    const known = filled.get(model);
    if (known !== undefined) return known;
    const found = matchWildcard(wildcards, model);
    if (found !== undefined && filled.size < FILLED_MAX) filled.set(model, found);
    return found;
  };
}

/** A routing group is its models' deployments under one name; with priorities, each in the order of its model. */
function withRoutingGroups(
  groups: ReadonlyMap<string, readonly Deployment[]>,
  router: GatewayConfig['router'],
): ReadonlyMap<string, readonly Deployment[]> {
  if (router === undefined || router.routingGroups.size === 0) return groups;
  const routed = [...router.routingGroups].map(([name, { models, orders }]) => {
    const members = models.flatMap((model) => (groups.get(model) ?? []).map((deployment) => withOrder(deployment, orders?.get(model))));
    return [name, members] as const;
  });
  return new Map([...routed, ...groups]);
}

function withOrder(deployment: Deployment, order: number | undefined): Deployment {
  return order === undefined ? deployment : { ...deployment, routing: { ...deployment.routing, order } };
}

function groupBy(deployments: readonly Deployment[], key: (deployment: Deployment) => string): ReadonlyMap<string, readonly Deployment[]> {
  return Map.groupBy(deployments, key);
}

function compileWildcards(groups: ReadonlyMap<string, readonly Deployment[]>): readonly Wildcard[] {
  return [...groups]
    .filter(([name]) => name.includes('*'))
    .toSorted(([one], [other]) => other.length - one.length || stars(other) - stars(one))
    .map(([name, deployments]) => ({ pattern: toPattern(name), deployments }));
}

function stars(name: string): number {
  return name.split('*').length - 1;
}

/** Anchored at the start only, as the reference's match is. */
function toPattern(name: string): RegExp {
  return new RegExp(`^${name.split('*').map(escapeForRegex).join('(.*)')}`, 'u');
}

function escapeForRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
}

function matchWildcard(wildcards: readonly Wildcard[], model: string): readonly Deployment[] | undefined {
  for (const { pattern, deployments } of wildcards) {
    const match = pattern.exec(model);
    if (match !== null) return deployments.flatMap((deployment) => fillIn(deployment, model, match.slice(1)) ?? []);
  }
  return undefined;
}

/** A deployment with the parts that the wildcard matched in place of its own stars. */
function fillIn(deployment: Deployment, asked: string, parts: readonly string[]): Deployment | undefined {
  const { underlyingModel, forModel } = deployment;
  if (forModel === undefined) return deployment;
  if (parts.length > stars(underlyingModel)) return forModel(asked);
  return forModel(parts.reduce((text, part) => text.replace('*', () => part), underlyingModel));
}
