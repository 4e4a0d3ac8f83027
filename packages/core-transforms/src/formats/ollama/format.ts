import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Endpoint, ProviderFormat } from '../../contract/provider-format.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { toAddress } from '../../providers/address.ts';
import { toUpstreamError } from '../openai-chat/error.ts';
import { toChatBody } from './chat-request.ts';
import { toChatCompletion } from './chat-response.ts';
import { toChatChunks } from './chat-stream.ts';
import { toGenerateBody } from './generate-request.ts';
import { toGeneratedCompletion } from './generate-response.ts';
import { toGeneratedChunks } from './generate-stream.ts';

/**
 * Ollama's chat API, seen from the hub.
 *
 * source: https://docs.ollama.com/api/chat, read 2026-11-27.
 */
export const ollamaChatFormat: ProviderFormat = {
  id: 'ollama-chat',
  endpoint: (plan, _body, _clientHeaders, chat) => toEndpoint(plan, '/api/chat', chat),
  request: toChatBody,
  response: toChatCompletion,
  stream: toChatChunks,
  error: toUpstreamError,
};

/**
 * Ollama's generate API, seen from the hub: a prompt in, text out.
 *
 * source: https://docs.ollama.com/api/generate, read 2026-11-27.
 */
export const ollamaGenerateFormat: ProviderFormat = {
  id: 'ollama-generate',
  endpoint: (plan, _body, _clientHeaders, chat) => toEndpoint(plan, '/api/generate', chat),
  request: toGenerateBody,
  response: toGeneratedCompletion,
  stream: toGeneratedChunks,
  error: toUpstreamError,
};

function toEndpoint(plan: Plan, path: string, chat: JsonObject): Endpoint {
  return { ...toAddress(plan, path), headers: readExtraHeaders(chat) };
}
