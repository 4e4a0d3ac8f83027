import type { ClientDialect } from '../../contract/client-dialect.ts';
import { toChatRequest } from './client-request.ts';
import { toMessagesAnswer } from './client-response.ts';
import { messagesStream } from './client-stream.ts';

/** Anthropic's messages API as clients speak it, in front of any provider that the hub reaches. */
export const anthropicMessagesDialect: ClientDialect = {
  id: 'anthropic-messages',
  request: (body, plan) => toChatRequest(body.value, plan),
  response: (chat, plan, _ambient, request) => toMessagesAnswer(chat, request, plan),
  stream: messagesStream,
};
