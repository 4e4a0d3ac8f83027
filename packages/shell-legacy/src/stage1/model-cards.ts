import type { JsonObject } from '@stagegate/core-transforms';
import type { App } from './parts.ts';
import { EVERY_MODEL_CREATED_SECONDS, EVERY_MODEL_OWNER } from './quirks/model-card-constants.ts';

/** What `/v1/models` lists: every group that is a name and not a pattern, then the aliases of such groups. */
export function listCards(app: App): readonly JsonObject[] {
  const { deployments, modelGroupAliases } = app.config;
  const groups = new Set(deployments.map((deployment) => deployment.modelGroup).filter((name) => !name.includes('*')));
  const aliases = [...modelGroupAliases].filter(([alias, group]) => !groups.has(alias) && groups.has(group)).map(([alias]) => alias);
  return [...groups, ...aliases].map((name) => toCard(app, name) ?? {});
}

/** One model as a client sees it; undefined for a name that no group, pattern or alias stands for. */
export function toCard(app: App, name: string): JsonObject | undefined {
  const deployments = app.findDeployments(name);
  const groups = app.config.deployments.map((deployment) => deployment.modelGroup);
  const isPublic = app.config.modelGroupAliases.has(name) || groups.some((group) => group === name || group.includes('*'));
  if (deployments.length === 0 || !isPublic) return undefined;
  const facts = deployments.map((deployment) => deployment.facts).find((found) => found !== undefined);
  const card = { id: name, object: 'model', created: EVERY_MODEL_CREATED_SECONDS, owned_by: EVERY_MODEL_OWNER };
  return {
    ...card,
    ...(facts?.mode !== undefined && { mode: facts.mode }),
    ...(facts?.inputTokensMax !== undefined && { max_input_tokens: facts.inputTokensMax }),
    ...(facts?.outputTokensMax !== undefined && { max_output_tokens: facts.outputTokensMax }),
  };
}
