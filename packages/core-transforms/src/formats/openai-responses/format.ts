import type { ProviderFormat } from '../../contract/provider-format.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { toEndpoint } from './endpoint.ts';
import { toResponsesError } from './native.ts';
import { toResponsesBody } from './request.ts';
import { toChatCompletion } from './response.ts';
import { toChunks } from './stream.ts';

/** OpenAI's responses API as a provider speaks it, seen from the hub. */
export const openaiResponsesFormat: ProviderFormat = {
  id: 'openai-responses',
  endpoint: (plan, _body, _headers, chat) => toEndpoint(plan, '', readExtraHeaders(chat)),
  request: toResponsesBody,
  response: toChatCompletion,
  stream: toChunks,
  error: toResponsesError,
  namesModel: 'always',
};
