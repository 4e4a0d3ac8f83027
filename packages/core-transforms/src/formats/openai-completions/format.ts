import { ok } from '../../contract/outcome.ts';
import type { ProviderFormat } from '../../contract/provider-format.ts';
import { toNativeError } from './errors.ts';
import { toCompletionsBody, toCompletionsEndpoint } from './request.ts';
import { readTextCompletion, toChatCompletion } from './response.ts';
import { textToChunks } from './stream.ts';

/** OpenAI's completions API, and fill-in-the-middle, as providers speak them, seen from the hub. */
export const openaiCompletionsFormat: ProviderFormat = {
  id: 'openai-completions',
  endpoint: (plan, _body, _clientHeaders, chat) => toCompletionsEndpoint(plan, chat),
  request: toCompletionsBody,
  response: (answer, plan, ambient) => {
    const read = readTextCompletion(answer, plan, ambient);
    return read.ok ? ok(toChatCompletion(read.value), read.notes) : read;
  },
  stream: textToChunks,
  error: toNativeError,
  namesModel: 'always',
};
