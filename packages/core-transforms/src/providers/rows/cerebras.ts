import { compatibleRow, OLD_TOKEN_LIMIT } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `cerebras`. */
export const cerebrasRow: ProviderRow = compatibleRow({
  id: 'cerebras',
  baseUrl: 'https://api.cerebras.ai/v1',
  keyEnv: ['CEREBRAS_API_KEY'],
  baseEnv: ['CEREBRAS_API_BASE'],
  params: {
    allow: [
      'max_completion_tokens',
      'max_tokens',
      'response_format',
      'seed',
      'stop',
      'stream',
      'temperature',
      'tool_choice',
      'tools',
      'top_p',
      'user',
    ],
    adjust: [{ when: { supports: 'reasoning' }, allow: ['reasoning_effort'] }],
    rename: OLD_TOKEN_LIMIT,
  },
  source: 'https://inference-docs.cerebras.ai/api-reference/chat-completions',
  date: '2026-11-23',
});
