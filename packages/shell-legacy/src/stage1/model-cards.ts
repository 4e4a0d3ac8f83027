import { inListedOrder, mayUseModel, showsAlias } from '@stagegate/gateway-engine/auth';
import type { Caller, Deployment, ListedInfo } from '@stagegate/gateway-engine/ports';
import { expandWildcard, knownInfo, listedInfo, shownTo } from '@stagegate/gateway-engine/routing';
import type { App } from './parts.ts';
import { EVERY_MODEL_CREATED_SECONDS, EVERY_MODEL_OWNER } from './quirks/model-card-constants.ts';

/** One model as a client sees it. */
export interface ModelCard {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
  readonly mode?: string;
  readonly max_input_tokens?: number;
  readonly max_output_tokens?: number;
  readonly metadata?: { readonly fallbacks: readonly string[] };
}

/**
 * What `/v1/models` lists: aliases, groups, rows that no lane of ours serves, what wildcards are known to serve, and what the caller's own
 * list names; of all these what he may use, each name once, in the order of his list. Patterns only where they are asked for.
 */
export function listCards(app: App, caller: Caller, showsWildcards = false): readonly ModelCard[] {
  const { config, modelNames } = app;
  const cards = new Map<string, ModelCard>();
  const add = (name: string, info: ListedInfo): void => {
    if (name.includes('*') && !showsWildcards) return;
    if (!cards.has(name) && mayUseModel(caller, name, modelNames)) cards.set(name, toCard(name, info));
  };
  const groups = Map.groupBy(shownTo(config.deployments, caller.teamId), ({ modelGroup }) => modelGroup);
  for (const [alias, group] of config.modelGroupAliases) {
    if (config.hiddenAliases?.has(alias) !== true && showsAlias(caller, alias)) add(alias, listedInfo(groups.get(group) ?? []));
  }
  for (const [name, deployments] of groups) add(name, listedInfo(deployments));
  for (const { modelGroup } of config.unserved ?? []) add(modelGroup, {});
  for (const [name, deployments] of groups) {
    if (name.includes('*')) for (const known of deployments.flatMap(expandWildcard)) add(known.name, knownInfo(known.facts));
  }
  for (const name of caller.grants?.models ?? []) {
    const deployments = wildcardsFor(app, caller, name);
    if (deployments !== undefined) add(name, infoOfWildcard(deployments));
  }
  return inListedOrder([...cards.values()], caller, ({ id }) => id);
}

/** One model by name: a listed one, or any that a wildcard matches; undefined for others, a deployment's underlying name among them. */
export function findCard(app: App, caller: Caller, name: string): ModelCard | undefined {
  const listed = listCards(app, caller).find(({ id }) => id === name);
  if (listed !== undefined) return listed;
  const deployments = wildcardsFor(app, caller, name);
  return deployments !== undefined && mayUseModel(caller, name, app.modelNames) ? toCard(name, infoOfWildcard(deployments)) : undefined;
}

function wildcardsFor({ findDeployments }: App, caller: Caller, name: string): readonly Deployment[] | undefined {
  const deployments = findDeployments(name, caller);
  return deployments.some(({ modelGroup }) => modelGroup.includes('*')) ? deployments : undefined;
}

/** A wildcard's row says nothing of one model by itself. */
function infoOfWildcard(deployments: readonly Deployment[]): ListedInfo {
  return knownInfo(deployments.map((deployment) => deployment.facts).find((found) => found !== undefined));
}

/** The operator's names for people, by group. */
export function displayNames({ config }: App, { teamId }: Caller): ReadonlyMap<string, string> {
  const groups = Map.groupBy(shownTo(config.deployments, teamId), ({ modelGroup }) => modelGroup);
  const names = [...groups].map(([name, [first]]) => [name, first?.listed?.displayName ?? name] as const);
  return new Map(names);
}

function toCard(id: string, { mode, inputTokensMax, outputTokensMax }: ListedInfo): ModelCard {
  return {
    id,
    object: 'model',
    created: EVERY_MODEL_CREATED_SECONDS,
    owned_by: EVERY_MODEL_OWNER,
    ...(mode !== undefined && { mode }),
    ...(inputTokensMax !== undefined && { max_input_tokens: inputTokensMax }),
    ...(outputTokensMax !== undefined && { max_output_tokens: outputTokensMax }),
  };
}
