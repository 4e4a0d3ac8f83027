import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Endpoint } from '../../contract/provider-format.ts';
import type { Headers } from '../../contract/wire.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { splitBetas } from '../anthropic-messages/beta-headers.ts';
import { vertexUrl } from './vertex-url.ts';
import { chatHeaderBetas, messagesHeaderBetas } from './betas.ts';

const VERSION = '2023-06-01';

/** URL and headers for a body made from a chat request; betas from all sources form one set. */
export function chatEndpoint(plan: Plan, body: JsonObject, clientHeaders: Headers, chat: JsonObject): Endpoint {
  const { 'anthropic-beta': extraBetas, ...extra } = readExtraHeaders(chat);
  const given = [extraBetas, ...givenBetas(plan, clientHeaders)].flatMap(splitBetas);
  return toEndpoint(plan, { ...extra, 'anthropic-version': VERSION }, chatHeaderBetas(body, chat, plan.facts, given));
}

/** URL and headers for a body in Anthropic's dialect. The version is in the body; a client's own version header is passed on. */
export function messagesEndpoint(plan: Plan, body: JsonObject, clientHeaders: Headers): Endpoint {
  const version = clientHeaders['anthropic-version'];
  const given = givenBetas(plan, clientHeaders).flatMap(splitBetas);
  return toEndpoint(plan, version === undefined ? {} : { 'anthropic-version': version }, messagesHeaderBetas(body, given));
}

function givenBetas({ settings }: Plan, clientHeaders: Headers): readonly (string | undefined)[] {
  return [clientHeaders['anthropic-beta'], settings.extraHeaders['anthropic-beta']];
}

function toEndpoint(plan: Plan, headers: Headers, betas: readonly string[]): Endpoint {
  return {
    url: vertexUrl(plan, `publishers/anthropic/models/${plan.model}`, plan.stream ? 'streamRawPredict?alt=sse' : 'rawPredict'),
    headers,
    merged: betas.length > 0 ? { 'anthropic-beta': betas.join(',') } : {},
    auth: plan.provider.auth,
  };
}
