import type { ProviderFormat } from '../../contract/provider-format.ts';
import { chatEndpoint } from './endpoint.ts';
import { toError } from './errors.ts';
import { plainMessagesBody } from './plain-chat.ts';
import { toMessagesBody } from './request.ts';
import { toChatCompletion } from './response.ts';
import { chatChunks, chatEvents } from './stream.ts';

/** Anthropic's Messages API, seen from the hub. */
export const anthropicMessagesFormat: ProviderFormat = {
  id: 'anthropic-messages',
  endpoint: chatEndpoint,
  request: (chat, plan, ambient) => plainMessagesBody(chat, plan) ?? toMessagesBody(chat, plan, ambient),
  response: toChatCompletion,
  stream: chatChunks,
  events: chatEvents,
  error: toError,
  namesModel: 'whole',
};
