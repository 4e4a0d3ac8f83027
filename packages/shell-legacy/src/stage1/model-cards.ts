import { mayUseModel } from '@stagegate/gateway-engine/auth';
import type { Caller, Deployment } from '@stagegate/gateway-engine/ports';
import { shownTo } from '@stagegate/gateway-engine/routing';
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
}

/** What `/v1/models` lists: groups, rows that no lane of ours serves, aliases; what the caller may use of them, each name once, no patterns. */
export function listCards({ config, modelNames }: App, caller: Caller): readonly ModelCard[] {
  const cards = new Map<string, ModelCard>();
  const add = (name: string, deployments: readonly Deployment[]): void => {
    if (!name.includes('*') && !cards.has(name) && mayUseModel(caller, name, modelNames)) cards.set(name, toCard(name, deployments));
  };
  const groups = Map.groupBy(shownTo(config.deployments, caller.teamId), ({ modelGroup }) => modelGroup);
  for (const [name, deployments] of groups) add(name, deployments);
  for (const { modelGroup } of config.unserved ?? []) add(modelGroup, []);
  for (const [alias, group] of config.modelGroupAliases) {
    if (config.hiddenAliases?.has(alias) !== true) add(alias, groups.get(group) ?? []);
  }
  return [...cards.values()];
}

/** One model by name: a listed one, or any that a wildcard matches; undefined for others, a deployment's underlying name among them. */
export function findCard(app: App, caller: Caller, name: string): ModelCard | undefined {
  const listed = listCards(app, caller).find(({ id }) => id === name);
  if (listed !== undefined) return listed;
  const deployments = app.findDeployments(name, caller);
  const isWild = deployments.some(({ modelGroup }) => modelGroup.includes('*'));
  return isWild && mayUseModel(caller, name, app.modelNames) ? toCard(name, deployments) : undefined;
}

function toCard(id: string, deployments: readonly Deployment[]): ModelCard {
  const facts = deployments.map((deployment) => deployment.facts).find((found) => found !== undefined);
  const { mode, inputTokensMax, outputTokensMax } = facts ?? {};
  const answersInTokens = mode !== 'embedding' && mode !== 'rerank';
  return {
    id,
    object: 'model',
    created: EVERY_MODEL_CREATED_SECONDS,
    owned_by: EVERY_MODEL_OWNER,
    ...(mode !== undefined && { mode }),
    ...(inputTokensMax !== undefined && { max_input_tokens: inputTokensMax }),
    ...(outputTokensMax !== undefined && answersInTokens && { max_output_tokens: outputTokensMax }),
  };
}
