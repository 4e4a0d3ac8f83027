import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import type { Headers } from '../../contract/wire.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { knownBetas } from './betas.ts';
import { percentEncode, regionOf, runtimeUrl, urlModel } from './model-id.ts';
import { isFakeStream } from './fake-stream.ts';

/**
 * URL and headers for a Converse body.
 *
 * source: LiteLLM 1.106.2, llms/bedrock/chat/converse_handler.py `completion`, read 2026-11-23.
 */
export function converseEndpoint(plan: Plan, _body: JsonObject, clientHeaders: Headers, chat: JsonObject): Endpoint {
  const region = regionOf(plan);
  const { aws_bedrock_runtime_endpoint: own, default_endpoint: ambient } = plan.settings.options;
  const base = [own, ambient, plan.apiBase].find((url) => typeof url === 'string') ?? runtimeUrl(region);
  const id = percentEncode(urlModel(plan, chat['model_id'] ?? plan.settings.defaults['model_id']));
  const action = plan.stream && !isFakeStream(plan, chat) ? 'converse-stream' : 'converse';
  return {
    url: `${String(base).replace(/\/+$/u, '')}/model/${id}/${action}`,
    ...bedrockHeaders(plan, clientHeaders, chat),
    auth: { kind: 'aws-sigv4', service: 'bedrock', region },
  };
}

/** The base URL of a deployment's other calls; `api_base` takes precedence. */
export function runtimeBase({ apiBase, settings }: Plan, region: string): string {
  const { aws_bedrock_runtime_endpoint: own, default_endpoint: ambient } = settings.options;
  const base = apiBase ?? [own, ambient].find((url) => typeof url === 'string') ?? runtimeUrl(region);
  return String(base).replace(/\/+$/u, '');
}

/** The headers added by client and deployment, with betas reduced to those that Converse knows. */
function bedrockHeaders(plan: Plan, clientHeaders: Headers, chat: JsonObject): Pick<Endpoint, 'headers' | 'merged'> {
  const { 'anthropic-beta': betas, ...headers } = {
    ...clientApiHeaders(clientHeaders),
    ...readExtraHeaders(chat),
    ...plan.settings.extraHeaders,
  };
  const known = knownBetas(betas);
  return { headers, merged: known.length > 0 ? { 'anthropic-beta': known.join(',') } : {} };
}

/** The client's headers of Anthropic's API, which are passed on to every provider of Anthropic's models. */
export function clientApiHeaders(clientHeaders: Headers): Headers {
  const { 'anthropic-beta': beta, 'anthropic-version': version } = clientHeaders;
  return { ...(version !== undefined && { 'anthropic-version': version }), ...(beta !== undefined && { 'anthropic-beta': beta }) };
}
