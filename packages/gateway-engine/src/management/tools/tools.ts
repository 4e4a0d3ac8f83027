import {
  isObject,
  chooseTransform,
  countPrompt,
  estimateTextTokens,
  findPrices,
  toRawObject,
  type JsonObject,
  type JsonValue,
} from '@stagegate/core-transforms';
import { compileModelNames, findBannedMember } from '../../auth/index.ts';
import { maskSettings, withoutSecrets } from '../../config/index.ts';
import type { ManagedCall } from '../../ports/index.ts';
import { compileModels } from '../../routing/index.ts';
import { shownFacts, shownParams } from '../models/shown-deployment.ts';
import type { ManagementParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { readText } from '../read-query.ts';
import { refuseInDetail, refuseInvalid } from '../refusal.ts';
import { findUsable, planOf, planOfName } from './find-plan.ts';

/** POST /utils/token_counter: always counted here, by the estimate that is used for providers without a counter of their own. */
export async function countTokens(parts: ManagementParts, { caller, body }: ManagedCall): Promise<unknown> {
  const fields = readFields(body, {
    model: 'text!',
    prompt: 'text',
    messages: 'objects',
    contents: 'objects',
    tools: 'objects',
    system: 'any',
  });
  const { prompt, messages, contents, tools, system } = fields;
  const model = String(fields['model']);
  if ([prompt, messages, contents].every((value) => value === undefined || value === null)) {
    throw refuseInDetail(400, 'prompt or messages or contents must be provided');
  }
  const deployment = findUsable(parts.config, caller, model, namesOf(parts));
  const turns = turnsOf(messages, contents);
  const total =
    turns === undefined && typeof prompt === 'string'
      ? estimateTextTokens(prompt)
      : countPrompt({ messages: turns ?? [], system, tools }, estimateTextTokens);
  return {
    total_tokens: total,
    request_model: model,
    model_used: deployment?.model ?? model,
    tokenizer_type: 'openai_tokenizer',
    count_source: 'local_estimate',
    original_response: null,
    error: false,
    error_message: null,
    status_code: null,
  };
}

function turnsOf(messages: JsonValue | undefined, contents: JsonValue | undefined): readonly JsonValue[] | undefined {
  if (Array.isArray(messages)) return messages;
  if (!Array.isArray(contents)) return undefined;
  return contents.filter(isObject).map(({ role, parts }) => ({ role: role ?? 'user', content: parts ?? [] }));
}

/** GET /utils/supported_openai_params */
export async function showSupportedParams(parts: ManagementParts, { caller, query }: ManagedCall): Promise<unknown> {
  const model = readModel(query);
  const deployment = findUsable(parts.config, caller, model, namesOf(parts));
  const plan = deployment === undefined ? planOfName(model, undefined) : planOf(deployment, false);
  if (plan === undefined) throw refuseInDetail(400, { error: `Could not map model=${model}` });
  return { supported_openai_params: shownParams(plan) };
}

/** GET /utils/model_info: what the model table knows, whether or not the model is on this gateway. */
export async function showModelFacts(_parts: ManagementParts, { query }: ManagedCall): Promise<unknown> {
  const model = readModel(query);
  const asked = readText(query, 'custom_llm_provider');
  const plan = planOfName(model, asked);
  if (plan?.facts === undefined) {
    const error = `model=${model}, custom_llm_provider=${asked ?? 'None'} is not in the model cost map`;
    throw refuseInDetail(404, { error });
  }
  const supported_openai_params = shownParams(plan);
  const facts = shownFacts(plan.model, plan.provider.id, plan.facts, findPrices(plan.provider.id, plan.model, plan.facts));
  return { model, custom_llm_provider: plan.provider.id, model_info: { ...facts, supported_openai_params } };
}

/** POST /utils/transform_request: the request that a chat call would send to its provider, without sending it. Needs a role that sees deployments. */
export async function showRequest(parts: ManagementParts, { caller, body }: ManagedCall): Promise<unknown> {
  const { call_type: type, request_body: sent } = readFields(body, { call_type: 'text!', request_body: 'object!' });
  if (type !== 'completion' && type !== 'acompletion')
    throw refuseInDetail(400, { error: `call_type=${String(type)} is not built in Stagegate.` });
  const request = isObject(sent) ? sent : {};
  const banned = findBannedMember(request);
  if (banned !== undefined) throw refuseInDetail(400, { error: `${banned} is not allowed in the request body.` });
  const { model } = request;
  const deployment = typeof model === 'string' ? findUsable(parts.config, caller, model, namesOf(parts)) : undefined;
  if (deployment === undefined)
    return { raw_request_api_base: null, raw_request_body: null, raw_request_headers: null, error: `Could not map model=${String(model)}` };
  const plan = planOf(deployment, request['stream'] === true);
  const chosen = chooseTransform(plan);
  const ambient = { nowSeconds: Math.floor(parts.clock.nowMs() / 1000), callId: 'transform-request' };
  const made = chosen.ok ? chosen.value.request({ body: toRawObject(request), headers: {} }, plan, ambient) : chosen;
  if (!made.ok) return { raw_request_api_base: null, raw_request_body: null, raw_request_headers: null, error: JSON.stringify(made.error) };
  const { url, headers, body: text } = made.value;
  const parsed: unknown = JSON.parse(typeof text === 'string' ? text : new TextDecoder().decode(text));
  return {
    raw_request_api_base: withoutSecrets(url),
    raw_request_body: isObject(parsed) ? parsed : {},
    raw_request_headers: shownHeaders(headers, deployment.settings.extraHeaders),
    error: null,
  };
}

/** Headers as they are shown. A deployment's own are masked, because the operator may keep secrets in them. */
function shownHeaders(headers: Readonly<Record<string, string>>, own: Readonly<Record<string, string>>): JsonObject {
  return maskSettings(
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Object.hasOwn(own, name) ? '****' : value])),
  );
}

function namesOf({ config }: ManagementParts): ReturnType<typeof compileModelNames> {
  return compileModelNames(config, compileModels(config));
}

function readModel(query: URLSearchParams): string {
  const model = query.get('model');
  if (model === null) throw refuseInvalid([{ type: 'missing', loc: ['query', 'model'], msg: 'Field required' }]);
  return model;
}
