import type { Caller, Deployment, GatewayConfig } from '../ports/index.ts';
import { resolveProvider } from '../config/resolve-provider.ts';
import { ofOneTeam, ofTeam, underPublicName } from './team-deployments.ts';

/** The part of a caller that decides which deployments he sees. */
export type Asker = Pick<Caller, 'teamId' | 'role'>;

/**
 * The deployments that may serve a model name, with wildcards filled in; empty for an unknown name. In a group either all are blocked or
 * none is.
 *
 * Looked up in this order: group, deployment id, alias, wildcard (the most specific first; for a bare name also with the provider that the
 * name tells), then a deployment's underlying name.
 *
 * in: without a caller, only deployments that are for everybody: for use before it is known who calls.
 */
export type FindDeployments = (model: string, caller?: Asker) => readonly Deployment[];

interface Wildcard {
  readonly pattern: RegExp;
  readonly deployments: readonly Deployment[];
}

const NONE: readonly Deployment[] = [];

/**
 * Compiles the look-up from model names to deployments.
 *
 * cost:   one map look-up for a plain name or one that was asked for before; else one regular expression per wildcard.
 * source: LiteLLM 1.106.2, router.py and router_utils/pattern_match_deployments.py.
 */
export function compileModels(config: GatewayConfig): FindDeployments {
  const { deployments } = config;
  const shared = deployments.filter(({ team }) => team === undefined);
  if (shared.length === deployments.length) return compileNames(config, deployments, deployments);
  const everybodys = compileNames(config, [...deployments, ...deployments.flatMap(underPublicName)], deployments);
  const ofNobody = compileNames(config, shared, shared);
  const teams = Map.groupBy(deployments, ({ team }) => team?.id);
  const byTeam = new Map(
    [...teams].flatMap(([id, own]) =>
      id === undefined ? [] : [[id, compileNames(config, ofTeam(own, shared), [...shared, ...own])] as const],
    ),
  );
  return (model, caller) => {
    if (caller === undefined) return everybodys(model);
    if (caller.teamId !== undefined) return (byTeam.get(caller.teamId) ?? ofNobody)(model);
    const found = ofNobody(model);
    return found.length > 0 || caller.role !== 'proxy_admin' ? found : ofOneTeam(everybodys(model));
  };
}

/** `named`: deployments by the name of their group; `all`: by id and underlying model, too. */
function compileNames(
  config: GatewayConfig,
  named: readonly Deployment[],
  all: readonly Deployment[],
): (model: string) => readonly Deployment[] {
  const groups = withRoutingGroups(
    groupBy(named, (deployment) => deployment.modelGroup),
    config.router,
  );
  const ids = groupBy(all, (deployment) => deployment.id);
  const underlying = groupBy(all, (deployment) => deployment.underlyingModel);
  const wildcards = keepFilled(compileWildcards(groups));
  const find = (model: string): readonly Deployment[] =>
    groups.get(model) ?? ids.get(model) ?? wildcards(model) ?? underlying.get(model) ?? NONE;
  return (model) => groups.get(model) ?? find(config.modelGroupAliases.get(model) ?? model);
}

/**
 * Whether a call for an unknown model still goes to the router, where it may have fallbacks: if any group has a wildcard.
 *
 * source: LiteLLM 1.106.2, proxy/route_llm_request.py.
 */
export function mayFallBackUnknown({ deployments }: Pick<GatewayConfig, 'deployments'>): boolean {
  return deployments.some(({ modelGroup }) => modelGroup.includes('*'));
}

/** How many names are cached: clients choose them. */
const FILLED_MAX = 1_000;

/** Fills in wildcards, cached by the name that was asked for: the same name gets the same deployment objects. */
function keepFilled(wildcards: readonly Wildcard[]): (model: string) => readonly Deployment[] | undefined {
  const filled = new Map<string, readonly Deployment[]>();
  return (model) => {
    const known = filled.get(model);
    if (known !== undefined) return known;
    const found = wildcards.length === 0 ? undefined : (matchWildcard(wildcards, model) ?? matchWithProvider(wildcards, model));
    if (found !== undefined && filled.size < FILLED_MAX) filled.set(model, found);
    return found;
  };
}

/** A routing group has its models' deployments under one name; with priorities, each in its model's order. */
function withRoutingGroups(
  groups: ReadonlyMap<string, readonly Deployment[]>,
  router: GatewayConfig['router'],
): ReadonlyMap<string, readonly Deployment[]> {
  if (router === undefined || router.routingGroups.size === 0) return groups;
  const routed = [...router.routingGroups].map(([name, { models, orders }]) => {
    const members = models.flatMap((model) => (groups.get(model) ?? []).map((deployment) => withOrder(deployment, orders?.get(model))));
    return [name, withoutBlocked(members)] as const;
  });
  return new Map([...routed, ...groups]);
}

function withOrder(deployment: Deployment, order: number | undefined): Deployment {
  return order === undefined ? deployment : { ...deployment, routing: { ...deployment.routing, order } };
}

function groupBy(deployments: readonly Deployment[], key: (deployment: Deployment) => string): Map<string, Deployment[]> {
  const groups = Map.groupBy(deployments, key);
  for (const [name, group] of groups) groups.set(name, withoutBlocked(group));
  return groups;
}

/** Leaves out blocked deployments; if all are blocked they stay, so that the group exists but serves no calls. */
function withoutBlocked(group: Deployment[]): Deployment[] {
  const able = group.filter(({ blocked }) => blocked !== true);
  return able.length === 0 ? group : able;
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

/** Anchored at the start only, like the reference's match. */
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

/** `gpt-4o` is served by `openai/*` too. Source: LiteLLM 1.106.2, router_utils/pattern_match_deployments.py `get_pattern`. */
function matchWithProvider(wildcards: readonly Wildcard[], model: string): readonly Deployment[] | undefined {
  const resolved = model.includes('/') ? undefined : resolveProvider(model, undefined, undefined);
  return resolved === undefined ? undefined : matchWildcard(wildcards, `${resolved.providerId}/${resolved.model}`);
}

/** A deployment whose stars are replaced by what the wildcard matched. */
function fillIn(deployment: Deployment, asked: string, parts: readonly string[]): Deployment | undefined {
  const { underlyingModel, forModel } = deployment;
  if (forModel === undefined) return deployment;
  if (parts.length > stars(underlyingModel)) return forModel(asked);
  return forModel(parts.reduce((text, part) => text.replace('*', () => part), underlyingModel));
}
