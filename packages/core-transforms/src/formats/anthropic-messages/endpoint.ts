import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import type { Headers } from '../../contract/wire.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { listChatBetas, listMessagesBetas, splitBetas } from './beta-headers.ts';

const PATH = '/v1/messages';
const VERSION = '2023-06-01';

/** Where a body made from a chat request goes. A client's `extra_headers` go along; betas of every source are one set. */
export function chatEndpoint(plan: Plan, body: JsonObject, clientHeaders: Headers, chat: JsonObject): Endpoint {
  const extra = readExtraHeaders(chat);
  const given = [extra, clientHeaders, plan.settings.extraHeaders].flatMap((headers) => splitBetas(headers['anthropic-beta']));
  const betas = listChatBetas(body, chat, plan.facts, given);
  return toEndpoint(plan, { ...extra, 'anthropic-version': VERSION }, betas);
}

/** Where a body in the provider's own dialect goes. The client's version of the dialect is kept. */
export function messagesEndpoint(plan: Plan, body: JsonObject, clientHeaders: Headers): Endpoint {
  const given = [clientHeaders, plan.settings.extraHeaders].flatMap((headers) => splitBetas(headers['anthropic-beta']));
  const version = clientHeaders['anthropic-version'] ?? VERSION;
  // A copy of the API at another provider knows no betas.
  const betas = plan.provider.messages === undefined ? listMessagesBetas(body, given) : [];
  return toEndpoint(plan, { 'anthropic-version': version }, betas);
}

function toEndpoint(plan: Plan, headers: Headers, betas: readonly string[]): Endpoint {
  const { 'anthropic-beta': _betas, ...others } = headers;
  return {
    url: toUrl(plan),
    headers: { ...plan.provider.headers, ...others },
    merged: betas.length > 0 ? { 'anthropic-beta': betas.join(',') } : {},
    auth: plan.provider.messages?.auth ?? plan.provider.auth,
  };
}

/** A base that names the whole address already stays as it is. */
function toUrl({ apiBase, provider }: Plan): string {
  const base = apiBase ?? provider.baseUrl ?? '';
  const path = provider.messages?.path ?? provider.path ?? PATH;
  if (base.endsWith(path)) return base;
  return (provider.messages === undefined ? base : base.replace(provider.messages.baseEnding, '')) + path;
}
