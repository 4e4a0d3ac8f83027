import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

const TAKEN_RESPONSE_PARAMS = ['max_output_tokens', 'stream', 'temperature', 'top_p', 'tools', 'reasoning', 'instructions'];

/** Provider `perplexity`. */
export const perplexityRow: ProviderRow = compatibleRow({
  id: 'perplexity',
  baseUrl: 'https://api.perplexity.ai',
  keyEnv: ['PERPLEXITYAI_API_KEY', 'PERPLEXITY_API_KEY'],
  baseEnv: ['PERPLEXITY_API_BASE'],
  params: {
    allow: [
      'frequency_penalty',
      'max_completion_tokens',
      'max_tokens',
      'presence_penalty',
      'response_format',
      'stream',
      'temperature',
      'top_p',
    ],
    adjust: [
      { when: { supports: 'reasoning' }, allow: ['reasoning_effort'] },
      // Models of other makers, behind its agents.
      { when: { name: /\//u }, allow: ['reasoning_effort'] },
      { when: { supports: 'web_search' }, allow: ['web_search_options'] },
    ],
  },
  formats: { 'openai-embeddings': 'perplexity-embed', 'openai-responses': 'openai-responses' },
  embeddings: { params: { allow: ['dimensions', 'encoding_format'] } },
  responses: {
    chat: {},
    path: '/v1/responses',
    takes: TAKEN_RESPONSE_PARAMS,
    typesItems: true,
  },
  source: 'https://docs.perplexity.ai/api-reference/chat-completions-post',
  date: '2026-11-23',
});
