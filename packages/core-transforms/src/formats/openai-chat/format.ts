import { ok } from '../../contract/outcome.ts';
import type { ProviderFormat } from '../../contract/provider-format.ts';
import { toUpstreamError } from './error.ts';
import { decoderOf } from './payload-stream.ts';
import { plainBody } from './plain-request.ts';
import { toEndpoint, toProviderBody } from './request.ts';
import { readAnswer, toChatCompletion } from './response.ts';
import { toChunks, toEvents } from './stream.ts';

/**
 * OpenAI's chat completions as a provider speaks them, seen from the hub. The hub speaks the same dialect, so only quirks are left to
 * translate.
 */
export const openaiChatFormat: ProviderFormat = {
  id: 'openai-chat',
  endpoint: (plan, _body, _clientHeaders, chat) => toEndpoint(plan, chat),
  request: (chat, plan) => plainBody(chat, plan) ?? toProviderBody(chat, plan),
  response: (answer, plan, ambient, chat) => {
    const read = readAnswer(answer.body, plan);
    if (!read.ok) return read;
    const completion = toChatCompletion(read.value, chat, plan, ambient);
    return completion.ok ? ok(completion.value, completion.notes) : completion;
  },
  stream: toChunks,
  events: toEvents,
  decode: decoderOf,
  error: toUpstreamError,
  namesModel: 'always',
};
