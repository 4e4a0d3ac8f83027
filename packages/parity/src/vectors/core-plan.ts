import type { DialectId, Plan } from '@stagegate/core-transforms';
import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import type { Deployment } from '@stagegate/gateway-engine/ports';
import { isJsonRecord, type Json, type Vector } from '@stagegate/testbed';

const DIALECTS: Readonly<Record<string, DialectId>> = {
  '/v1/chat/completions': 'openai-chat',
  '/v1/messages': 'anthropic-messages',
  '/v1/messages/count_tokens': 'anthropic-count-tokens',
  '/v1/ocr': 'mistral-ocr',
};

/** What the engine would hand to core for a case. */
export interface CorePlan {
  readonly plan: Plan;
  readonly deployment: Deployment;
}

/** Plans a case as the engine does; undefined when the engine answers without core. Throws when no deployment of ours can serve it. */
export function toCorePlan(vector: Vector, config: LoadedConfig): CorePlan | undefined {
  const { client_request: request, model } = vector;
  const dialect = DIALECTS[vector.route];
  if (vector.litellm_params === null || dialect === undefined || isForm(request)) return undefined;
  const deployment = config.deployments.find((candidate) => candidate.modelGroup === model);
  if (deployment === undefined) throw new Error(`no deployment serves ${model ?? 'no model'} (${vector.litellm_params.model})`);
  const { provider, modelGroup, apiBase, settings, facts } = deployment;
  const stream = isJsonRecord(request) && request['stream'] === true;
  return {
    deployment,
    plan: { dialect, provider, model: deployment.model, modelGroup, answerModel: modelGroup, stream, apiBase, settings, facts },
  };
}

/** Forms are taken apart before core sees a call. */
function isForm(request: Json): boolean {
  return isJsonRecord(request) && request['$multipart'] !== undefined;
}
