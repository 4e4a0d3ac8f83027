import type { ProviderRow } from './provider-row.ts';

/** What Cohere's rows have in common. Source: LiteLLM 1.106.2, llms/cohere/chat/ and exception_mapping_utils.py, read 2026-11-27. */
export const COHERE_CHAT: Omit<ProviderRow, 'id' | 'errorName'> = {
  format: 'cohere-chat',
  formats: { 'openai-embeddings': 'cohere-embed' },
  baseUrl: 'https://api.cohere.com/v2',
  keyEnv: ['COHERE_API_KEY', 'CO_API_KEY'],
  baseEnv: ['COHERE_API_BASE'],
  auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
  routePrefix: /^v2\//u,
  params: {
    allow: [
      'frequency_penalty',
      'max_completion_tokens',
      'max_tokens',
      'n',
      'presence_penalty',
      'seed',
      'stop',
      'temperature',
      'tools',
      'top_p',
    ],
    drop: ['tool_choice'],
    rename: { max_completion_tokens: 'max_tokens', n: 'num_generations', stop: 'stop_sequences', top_p: 'p' },
  },
  embeddings: { params: { allow: ['dimensions', 'encoding_format'], rename: { dimensions: 'output_dimension' } } },
  chat: { streamUsage: 'never', sendsStreamFalse: {}, request: ['drop-cache-control'] },
  errors: {
    shows: 'whole-body',
    byStatusAlone: true,
    classesByStatus: true,
    bySaying: [
      { says: 'invalid api token', className: 'AuthenticationError' },
      { says: 'No API key provided.', className: 'AuthenticationError' },
      { says: 'invalid type: parameter', className: 'BadRequestError' },
      { says: 'too many tokens', className: 'ContextWindowExceededError' },
      ...['internal server error', 'Internal server error', 'Internal Server Error'].map((says) => ({
        says,
        className: 'InternalServerError',
        status: 500,
      })),
    ],
    contextWindow: ['too many tokens'],
  },
  source: 'https://docs.cohere.com/reference/chat',
  date: '2026-11-27',
};
