import type { ProviderFormat } from '../../contract/provider-format.ts';
import { toError } from '../bedrock-converse/errors.ts';
import { decodeChunks } from '../bedrock-invoke/decode.ts';
import { otherEndpoint } from '../bedrock-invoke/endpoint.ts';
import { toTextBody } from './request.ts';
import { toChatCompletion } from './response.ts';
import { textChunks } from './stream.ts';

/** Models on Bedrock that take a prompt, through InvokeModel, seen from the hub. */
export const bedrockTextFormat: ProviderFormat = {
  id: 'bedrock-text',
  endpoint: otherEndpoint,
  request: toTextBody,
  response: toChatCompletion,
  stream: textChunks,
  decode: decodeChunks,
  error: toError,
};
