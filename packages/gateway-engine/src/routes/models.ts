import type { Deployment, GatewayConfig } from '../ports/index.ts';
import { jsonAnswer, notFoundAnswer } from './local-answers.ts';
import type { LocalRoute } from './route-contract.ts';

/** The reference shows this instant for every model: 2023-02-28T18:56:42Z. */
const CREATED_SECONDS = 1_677_610_602;

interface ModelCard {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: 'openai';
  readonly mode?: string;
  readonly max_input_tokens?: number;
  readonly max_output_tokens?: number;
}

export const models: LocalRoute = {
  kind: 'local',
  id: '/v1/models',
  method: 'GET',
  paths: ['/v1/models', '/models'],
  open: false,
  envelope: 'openai',
  answer: ({ config }) => jsonAnswer(200, { data: listModels(config), object: 'list' }),
};

export const model: LocalRoute = {
  kind: 'local',
  id: '/v1/models/{model}',
  method: 'GET',
  paths: ['/v1/models/{model}', '/models/{model}'],
  open: false,
  envelope: 'openai',
  answer: ({ config, findDeployments, pathModel = '' }) => {
    const deployments = findDeployments(pathModel);
    const known = deployments.length > 0 && isListed(config, pathModel);
    if (!known) return notFoundAnswer(`The model \`${pathModel}\` does not exist or is not accessible`);
    return jsonAnswer(200, toCard(pathModel, deployments));
  },
};

/** Groups and aliases by name; a wildcard names no model, so it is left out. */
function listModels(config: GatewayConfig): readonly ModelCard[] {
  const groups = Map.groupBy(config.deployments, (deployment) => deployment.modelGroup);
  const cards = [...groups].filter(([name]) => !name.includes('*')).map(([name, deployments]) => toCard(name, deployments));
  const aliases = [...config.modelGroupAliases].flatMap(([alias, group]) => {
    const deployments = groups.has(alias) ? undefined : groups.get(group);
    return deployments === undefined ? [] : [toCard(alias, deployments)];
  });
  return [...cards, ...aliases];
}

/** Only what a list would show can be asked for: not a deployment's underlying name. */
function isListed(config: GatewayConfig, name: string): boolean {
  return config.modelGroupAliases.has(name) || config.deployments.some((deployment) => mayName(deployment.modelGroup, name));
}

function mayName(group: string, name: string): boolean {
  return group === name || group.includes('*');
}

function toCard(id: string, deployments: readonly Deployment[]): ModelCard {
  const facts = deployments.find((deployment) => deployment.facts !== undefined)?.facts;
  const mode = facts?.mode;
  const inputMax = facts?.inputTokensMax;
  const outputMax = facts?.outputTokensMax;
  return {
    id,
    object: 'model',
    created: CREATED_SECONDS,
    owned_by: 'openai',
    ...(mode !== undefined && { mode }),
    ...(inputMax !== undefined && { max_input_tokens: inputMax }),
    ...(outputMax !== undefined && { max_output_tokens: outputMax }),
  };
}
