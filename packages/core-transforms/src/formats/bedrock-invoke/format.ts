import type { CallTransform } from '../../contract/call-transform.ts';
import type { ProviderFormat } from '../../contract/provider-format.ts';
import { nativeMessagesAt } from '../anthropic-messages/native-messages.ts';
import { toChatCompletion } from '../anthropic-messages/response.ts';
import { chatChunks } from '../anthropic-messages/stream.ts';
import { toError } from '../bedrock-converse/errors.ts';
import { decodeChunks } from './decode.ts';
import { chatEndpoint, messagesEndpoint } from './endpoint.ts';
import { asClaude, toInvokeBody, toInvokeMembers } from './request.ts';
import { invokeMessagesStream } from './stream.ts';

/** Anthropic's models on Bedrock through InvokeModel, seen from the hub. */
export const bedrockInvokeFormat: ProviderFormat = {
  id: 'bedrock-invoke',
  endpoint: chatEndpoint,
  request: toInvokeBody,
  response: (answer, plan, ambient, chat) => toChatCompletion(answer, asClaude(plan), ambient, chat),
  stream: (plan, chat) => chatChunks(asClaude(plan), chat),
  decode: decodeChunks,
  error: toError,
  namesModel: 'whole',
};

/** The same for clients that speak Anthropic's dialect. */
export const bedrockMessages: CallTransform = nativeMessagesAt({
  members: toInvokeMembers,
  endpoint: messagesEndpoint,
  error: toError,
  stream: invokeMessagesStream,
  decode: decodeChunks,
});
