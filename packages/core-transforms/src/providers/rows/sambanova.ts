import { compatibleRow, OLD_TOKEN_LIMIT } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `sambanova`. */
export const sambanovaRow: ProviderRow = compatibleRow({
  id: 'sambanova',
  formats: { 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'https://api.sambanova.ai/v1',
  keyEnv: ['SAMBANOVA_API_KEY'],
  baseEnv: ['SAMBANOVA_API_BASE'],
  params: {
    allow: ['max_completion_tokens', 'max_tokens', 'response_format', 'stop', 'stream', 'stream_options', 'temperature', 'top_k', 'top_p'],
    adjust: [{ when: { supports: 'function_calling' }, allow: ['parallel_tool_calls', 'tool_choice', 'tools'] }],
    rename: OLD_TOKEN_LIMIT,
  },
  chat: { keepsToolImages: true, keepsUserParts: true, request: ['content-as-text', 'drop-cache-control'] },
  embeddings: { params: { allow: [] } },
  source: 'https://docs.sambanova.ai/docs/en/api-reference/overview',
  date: '2026-11-23',
});
