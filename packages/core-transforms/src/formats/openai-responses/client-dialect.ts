import type { ClientDialect } from '../../contract/client-dialect.ts';
import { toChatRequest } from './client-request.ts';
import { toResponse } from './client-response.ts';
import { responsesStream } from './client-stream.ts';

/** OpenAI's responses API as clients speak it, in front of any provider that the hub reaches. */
export const openaiResponsesDialect: ClientDialect = {
  id: 'openai-responses',
  request: (body, plan) => toChatRequest(body.value, plan),
  response: toResponse,
  stream: responsesStream,
  dropsTier: true,
};
