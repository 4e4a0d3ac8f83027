import type { ProviderFormat } from '../../contract/provider-format.ts';
import { generateEndpoint } from './endpoint.ts';
import { toError } from './errors.ts';
import { toGenerateBody } from './request.ts';
import { toChatCompletion } from './response.ts';
import { generateChunks } from './stream.ts';

/** Gemini's generateContent, on AI Studio and on Vertex AI, seen from the hub. */
export const geminiGenerateFormat: ProviderFormat = {
  id: 'gemini-generate',
  endpoint: generateEndpoint,
  request: toGenerateBody,
  response: toChatCompletion,
  stream: generateChunks,
  error: toError,
  namesModel: 'whole',
};
