import { endpointPerPlan } from '../../call/provider-request.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import type { AuthPlacement, Headers } from '../../contract/wire.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { listChatBetas, listMessagesBetas, mapBetas, sameNames, splitBetas } from './beta-headers.ts';

const PATH = '/v1/messages';
const VERSION = '2023-06-01';

/** URL and headers for a body made from a chat request. The client's `extra_headers` are included; betas from all sources form one set. */
export function chatEndpoint(plan: Plan, body: JsonObject, clientHeaders: Headers, chat: JsonObject): Endpoint {
  const extra = readExtraHeaders(chat);
  const copy = plan.provider.messages;
  const given = [
    ...splitBetas(extra['anthropic-beta']),
    ...(copy === undefined ? splitBetas(clientHeaders['anthropic-beta']) : []),
    ...splitBetas(plan.settings.extraHeaders['anthropic-beta']),
  ];
  const betas = listChatBetas(body, chat, plan.facts, given, copy && { names: sameNames(copy.betas ?? []), unasked: copy.unaskedBetas });
  const isPlain = betas.length === 0 && chat['extra_headers'] === undefined;
  return isPlain ? plainChatEndpoint(plan) : toEndpoint(plan, { ...extra, 'anthropic-version': VERSION }, betas, copy?.chatAuth);
}

/** The endpoint of a call without headers of its own, the same for the whole plan. */
const plainChatEndpoint = endpointPerPlan((plan) =>
  toEndpoint(plan, { 'anthropic-version': VERSION }, [], plan.provider.messages?.chatAuth),
);

const plainEndpoint = endpointPerPlan((plan) => toEndpoint(plan, { 'anthropic-version': VERSION }, []));

/** URL and headers for a body in the provider's own dialect. The client's `anthropic-version` is kept. */
export function messagesEndpoint(plan: Plan, body: JsonObject, clientHeaders: Headers): Endpoint {
  const copy = plan.provider.messages;
  // The client's betas are not meant for a copy of the API at another provider.
  const given = [
    ...(copy === undefined ? splitBetas(clientHeaders['anthropic-beta']) : []),
    ...splitBetas(plan.settings.extraHeaders['anthropic-beta']),
  ];
  const version = clientHeaders['anthropic-version'] ?? VERSION;
  const wanted = listMessagesBetas(body, given);
  if (wanted.length === 0 && version === VERSION) return plainEndpoint(plan);
  return toEndpoint(plan, { 'anthropic-version': version }, copy === undefined ? wanted : mapBetas(wanted, sameNames(copy.betas ?? [])));
}

function toEndpoint(plan: Plan, headers: Headers, betas: readonly string[], chatAuth?: AuthPlacement): Endpoint {
  const { 'anthropic-beta': _betas, ...others } = headers;
  return {
    url: messagesUrl(plan),
    headers: { ...plan.provider.headers, ...others },
    merged: betas.length > 0 ? { 'anthropic-beta': betas.join(',') } : {},
    auth: chatAuth ?? plan.provider.messages?.auth ?? plan.provider.auth,
  };
}

/** The URL of the messages API. A base that is already the whole URL stays unchanged. */
export function messagesUrl({ apiBase, provider }: Plan): string {
  const base = apiBase ?? provider.baseUrl ?? '';
  const path = provider.messages?.path ?? provider.path ?? PATH;
  if (base.endsWith(PATH) || base.endsWith(path)) return base;
  return (provider.messages === undefined ? base : base.replace(provider.messages.baseEnding, '')) + path;
}
