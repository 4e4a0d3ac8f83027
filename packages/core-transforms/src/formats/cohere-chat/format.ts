import type { Plan } from '../../contract/plan.ts';
import type { Endpoint, ProviderFormat } from '../../contract/provider-format.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { toAddress } from '../../providers/address.ts';
import { toUpstreamError } from '../openai-chat/error.ts';
import { toProviderBody } from '../openai-chat/request.ts';
import { toChatCompletion } from './response.ts';
import { toChunks } from './stream.ts';
import { toFirstVersionBody } from './v1-request.ts';
import { toFirstVersionCompletion } from './v1-response.ts';
import { isFirstVersion } from './version.ts';

/** The base URL of the first version; the row has the second one's. */
const FIRST_VERSION_HOME = 'https://api.cohere.ai/v1';

/**
 * Cohere's chat API, seen from the hub. Requests of its second version are OpenAI's with other names of parameters, which are in the row;
 * the first version has shapes of its own.
 *
 * source: https://docs.cohere.com/reference/chat and https://docs.cohere.com/v1/reference/chat, read 2026-11-27.
 */
export const cohereChatFormat: ProviderFormat = {
  id: 'cohere-chat',
  endpoint: (plan, _body, _clientHeaders, chat) => toCohereEndpoint(plan, readExtraHeaders(chat)),
  request: (chat, plan) => (isFirstVersion(plan) ? toFirstVersionBody(chat, plan) : toProviderBody(chat, plan)),
  response: (answer, plan, ambient) => (isFirstVersion(plan) ? toFirstVersionCompletion : toChatCompletion)(answer, plan, ambient),
  stream: toChunks,
  error: toUpstreamError,
};

function toCohereEndpoint(plan: Plan, headers: Endpoint['headers']): Endpoint {
  const placed = isFirstVersion(plan) ? { ...plan, apiBase: plan.apiBase ?? FIRST_VERSION_HOME } : plan;
  return { ...toAddress(placed, '/chat'), headers };
}
