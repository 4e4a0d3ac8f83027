import type { DialectId, Plan } from '@stagegate/core-transforms';
import { findBannedMember } from '@stagegate/gateway-engine/auth';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import type { Deployment } from '@stagegate/gateway-engine/ports';
import { createResponseSeals, responseIds, shownBesidePath } from '@stagegate/gateway-engine/routing';
import { ROUTES } from '@stagegate/gateway-engine/routes';
import { isJsonRecord, type Vector } from '@stagegate/testbed';
import { refusesKey } from './choose-own-rule.ts';

const DIALECTS: Readonly<Record<string, DialectId>> = {
  '/v1/chat/completions': 'openai-chat',
  '/v1/completions': 'openai-completions',
  '/v1/embeddings': 'openai-embeddings',
  '/v1/messages': 'anthropic-messages',
  '/v1/messages/count_tokens': 'anthropic-count-tokens',
  '/v1/ocr': 'mistral-ocr',
  '/v1/responses': 'openai-responses',
};

/** What the engine would pass to core for a case. */
export interface CorePlan {
  readonly plan: Plan;
  readonly deployment: Deployment;
}

/** Plans a case as the engine does; undefined when the engine answers without core. Throws when no deployment of ours can serve it. */
export function toCorePlan(vector: Vector, config: LoadedConfig): CorePlan | undefined {
  const { client_request: request, model } = vector;
  const dialect = DIALECTS[vector.route];
  if (vector.litellm_params === null || dialect === undefined || isDecidedBefore(vector)) return undefined;
  const deployment = config.deployments.find((candidate) => candidate.modelGroup === model);
  if (deployment === undefined) throw new Error(`no deployment serves ${model ?? 'no model'} (${vector.litellm_params.model})`);
  const { provider, modelGroup, apiBase, settings, facts } = deployment;
  const stream = isJsonRecord(request) && request['stream'] === true;
  const bodyModel = isJsonRecord(request) && typeof request['model'] === 'string' ? request['model'] : undefined;
  return {
    deployment,
    plan: {
      dialect,
      provider,
      model: deployment.model,
      modelGroup,
      answerModel: isInPath(vector) ? shownBesidePath(modelGroup, bodyModel, stream) : modelGroup,
      stream,
      apiBase,
      settings,
      facts,
      ...(dialect === 'openai-responses' && { ids: responseIds(deployment, createResponseSeals(config.saltKey ?? config.masterKey)) }),
    },
  };
}

/** Whether the engine decides before core: for a form, a wrong key, a missing member, or a member that only a deployment may set. */
function isDecidedBefore(vector: Vector): boolean {
  const { client_request: request, route: id } = vector;
  if (refusesKey(vector)) return true;
  if (!isJsonRecord(request)) return false;
  if (request['$multipart'] !== undefined || findBannedMember(request) !== undefined) return true;
  const route = ROUTES.find((candidate) => candidate.id === id);
  const required = route?.kind === 'call' ? [...route.required, ...route.requiredUnlessSet] : [];
  return required.some((name) => request[name] === undefined);
}

/** Whether the path names the model. */
function isInPath({ client_request_meta: meta, route, model }: Vector): boolean {
  return model !== null && meta?.path !== undefined && meta.path !== route && meta.path.includes(model);
}
