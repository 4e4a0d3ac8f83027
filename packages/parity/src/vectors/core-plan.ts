import { findProvider, lookupModelFacts, type DialectId, type Plan } from '@stagegate/core-transforms';
import { isJsonRecord, type Json, type LitellmParams, type Vector } from '@stagegate/testbed';

const DIALECTS: Readonly<Record<string, DialectId>> = {
  '/v1/chat/completions': 'openai-chat',
  '/v1/messages': 'anthropic-messages',
  '/v1/messages/count_tokens': 'anthropic-count-tokens',
  '/v1/ocr': 'mistral-ocr',
};

/** Members of `litellm_params` that the engine, not a transform, reads. */
const ENGINE_MEMBERS: ReadonlySet<string> = new Set([
  'model',
  'api_base',
  'api_key',
  'drop_params',
  'additional_drop_params',
  'allowed_openai_params',
  'modify_params',
  'extra_headers',
]);

/** The plan that the engine would make for a case's deployment; undefined when the engine answers without core. Throws for a provider without a row. */
export function toCorePlan(vector: Vector): Plan | undefined {
  const { litellm_params: params, client_request: request, model } = vector;
  const dialect = DIALECTS[vector.route];
  if (params === null || dialect === undefined || isForm(request)) return undefined;
  const slash = params.model.indexOf('/');
  const provider = findProvider(params.model.slice(0, slash));
  if (provider === undefined) throw new Error(`no provider row for ${params.model}`);
  const providerModel = params.model.slice(slash + 1);
  const apiBase = params['api_base'];
  return {
    dialect,
    provider,
    model: providerModel,
    modelGroup: model ?? params.model,
    answerModel: model ?? params.model,
    stream: isJsonRecord(request) && request['stream'] === true,
    apiBase: typeof apiBase === 'string' ? apiBase.replace(/\/+$/u, '') : undefined,
    settings: toSettings(params),
    facts: lookupModelFacts(provider.id, providerModel),
  };
}

/** Forms are taken apart before core sees a call. */
function isForm(request: Json): boolean {
  return isJsonRecord(request) && request['$multipart'] !== undefined;
}

function toSettings(params: LitellmParams): Plan['settings'] {
  const headers = params['extra_headers'];
  return {
    dropParams: params['drop_params'] === true,
    additionalDropParams: strings(params['additional_drop_params']),
    allowedOpenaiParams: strings(params['allowed_openai_params']),
    modifyParams: params['modify_params'] === true,
    extraHeaders: isJsonRecord(headers)
      ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
      : {},
    defaults: {},
    options: Object.fromEntries(Object.entries(params).filter(([name]) => !ENGINE_MEMBERS.has(name))),
  };
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
