import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `baseten`. */
export const basetenRow: ProviderRow = compatibleRow({
  id: 'baseten',
  baseUrl: 'https://inference.baseten.co/v1',
  keyEnv: ['BASETEN_API_KEY'],
  params: {
    allow: [
      'frequency_penalty',
      'max_completion_tokens',
      'max_tokens',
      'presence_penalty',
      'response_format',
      'seed',
      'stop',
      'stream',
      'stream_options',
      'temperature',
      'tool_choice',
      'tools',
      'top_p',
      'user',
    ],
    rename: OLD_TOKEN_LIMIT,
  },
  source: 'https://docs.litellm.ai/docs/providers/baseten',
  date: '2026-11-23',
});
