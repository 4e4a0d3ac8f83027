import { compatibleRow, OLD_TOKEN_LIMIT } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `ai21`. */
export const ai21Row: ProviderRow = compatibleRow({
  id: 'ai21',
  baseUrl: 'https://api.ai21.com/studio/v1',
  keyEnv: ['AI21_API_KEY'],
  baseEnv: ['AI21_API_BASE'],
  params: {
    allow: ['max_completion_tokens', 'max_tokens', 'n', 'response_format', 'seed', 'stop', 'stream', 'temperature', 'tool_choice', 'tools'],
    rename: OLD_TOKEN_LIMIT,
  },
  source: 'https://docs.ai21.com/reference/jamba-1-6-api-ref',
  date: '2026-11-23',
});
