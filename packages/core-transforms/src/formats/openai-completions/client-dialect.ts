import type { ClientDialect } from '../../contract/client-dialect.ts';
import { ok } from '../../contract/outcome.ts';
import { asksForUsage, chunkTextStream } from '../openai-chat/text-stream.ts';
import { toChatRequest } from './client-request.ts';
import { textChunkWriter, toTextCompletion } from './client-response.ts';
import { toChatBackedError } from './errors.ts';

/** OpenAI's completions API as clients speak it, in front of any provider that the hub reaches. */
export const openaiCompletionsDialect: ClientDialect = {
  id: 'openai-completions',
  request: (body, plan) => toChatRequest(body.value, plan),
  response: (chat, plan) => ok(toTextCompletion(chat, plan)),
  stream: (plan, request) => chunkTextStream(plan, request, textChunkWriter(asksForUsage(request))),
  error: toChatBackedError,
};
