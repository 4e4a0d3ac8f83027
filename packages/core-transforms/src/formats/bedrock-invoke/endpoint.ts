import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import type { Headers } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { readString } from '../anthropic-messages/types.ts';
import { clientApiHeaders, runtimeBase } from '../bedrock-converse/endpoint.ts';
import { percentEncode, regionOf, urlModel } from '../bedrock-converse/model-id.ts';
import { chatHeaderBetas, knownBetas, readBetas } from './betas.ts';

/** The prefix of an imported model's name, which tells its dialect. */
const SPEC = /^(?:llama|deepseek_r1|openai|qwen2|qwen3|moonshot)\//u;

/**
 * URL and headers for InvokeModel, whatever the dialect of the body.
 *
 * in:     `model_id`, as a request or a deployment sets it; headers to send along.
 * source: LiteLLM 1.106.2, base_invoke_transformation.py `get_complete_url`, read 2026-11-27: names are put into the path unencoded, except
 *         ARNs.
 */
function invokeEndpoint(plan: Plan, modelId: JsonValue | undefined, headers: Headers, merged: Headers = {}): Endpoint {
  const region = regionOf(plan);
  const named = modelId ?? plan.settings.defaults['model_id'];
  const id = urlModel(plan, named).replace(SPEC, '');
  const isSafe = typeof named !== 'string' && !id.startsWith('arn:');
  const action = plan.stream ? 'invoke-with-response-stream' : 'invoke';
  return {
    url: `${runtimeBase(plan, region)}/model/${isSafe ? id : percentEncode(id)}/${action}`,
    headers,
    merged,
    auth: { kind: 'aws-sigv4', service: 'bedrock', region },
  };
}

/** The endpoint for a body made from a chat request to one of Anthropic's models. */
export function chatEndpoint(plan: Plan, body: JsonObject, clientHeaders: Headers, chat: JsonObject): Endpoint {
  return withHeaders(plan, clientHeaders, chat, (given) => chatHeaderBetas(body, given));
}

/** The same with any other model. */
export function otherEndpoint(plan: Plan, _body: JsonObject, clientHeaders: Headers, chat: JsonObject): Endpoint {
  return withHeaders(plan, clientHeaders, chat, (given) => given);
}

function withHeaders(
  plan: Plan,
  clientHeaders: Headers,
  chat: JsonObject,
  toBetas: (given: readonly string[]) => readonly string[],
): Endpoint {
  const { 'anthropic-beta': given, ...headers } = givenHeaders(plan, clientHeaders, chat);
  const guardrail = guardrailHeaders(chat['guardrailConfig'] ?? plan.settings.defaults['guardrailConfig']);
  return invokeEndpoint(plan, chat['model_id'], { ...guardrail, ...headers }, toHeader(toBetas(readBetas(given))));
}

/** The endpoint for a body in Anthropic's dialect. */
export function messagesEndpoint(plan: Plan, _body: JsonObject, clientHeaders: Headers): Endpoint {
  const { 'anthropic-beta': given, ...headers } = givenHeaders(plan, clientHeaders, {});
  return invokeEndpoint(plan, undefined, headers, toHeader(knownBetas(readBetas(given))));
}

/** The betas that the client and the deployment set for a call. */
export function givenBetas(plan: Plan, clientHeaders: Headers, chat: JsonObject): readonly string[] {
  return readBetas(givenHeaders(plan, clientHeaders, chat)['anthropic-beta']);
}

function givenHeaders(plan: Plan, clientHeaders: Headers, chat: JsonObject): Headers {
  return { ...clientApiHeaders(clientHeaders), ...readExtraHeaders(chat), ...plan.settings.extraHeaders };
}

function guardrailHeaders(config: JsonValue | undefined): Headers {
  const given = isObject(config) ? config : {};
  const id = readString(given, 'guardrailIdentifier');
  const version = readString(given, 'guardrailVersion');
  const trace = readString(given, 'trace');
  return {
    ...(id !== undefined && { 'x-amzn-bedrock-guardrailidentifier': id }),
    ...(version !== undefined && { 'x-amzn-bedrock-guardrailversion': version }),
    ...(trace !== undefined && { 'x-amzn-bedrock-trace': trace.toUpperCase() }),
  };
}

function toHeader(betas: readonly string[]): Headers {
  return betas.length > 0 ? { 'anthropic-beta': betas.join(',') } : {};
}
