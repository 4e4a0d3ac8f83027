import type { ProviderFormat } from '../../contract/provider-format.ts';
import { nativeMessagesAt } from '../anthropic-messages/native-messages.ts';
import { toChatCompletion } from '../anthropic-messages/response.ts';
import { chatChunks, chatEvents } from '../anthropic-messages/stream.ts';
import type { CallTransform } from '../../contract/call-transform.ts';
import { chatEndpoint, messagesEndpoint } from './endpoint.ts';
import { toVertexError } from './errors.ts';
import { toVertexBody, toVertexMembers, withOwnFacts } from './request.ts';

/** Anthropic's models on Vertex AI, seen from the hub. */
export const vertexAnthropicFormat: ProviderFormat = {
  id: 'vertex-anthropic',
  endpoint: chatEndpoint,
  request: toVertexBody,
  response: (answer, plan, ambient, chat) => toChatCompletion(answer, withOwnFacts(plan), ambient, chat),
  stream: (plan, chat) => chatChunks(withOwnFacts(plan), chat),
  events: (plan, chat) => chatEvents(withOwnFacts(plan), chat),
  error: toVertexError,
};

/** The same for clients that speak Anthropic's dialect. */
export const vertexMessages: CallTransform = nativeMessagesAt({
  members: toVertexMembers,
  endpoint: messagesEndpoint,
  error: toVertexError,
});
