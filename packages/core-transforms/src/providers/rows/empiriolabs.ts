import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `empiriolabs`. */
export const empiriolabsRow: ProviderRow = compatibleRow({
  id: 'empiriolabs',
  baseUrl: 'https://api.empiriolabs.ai/v1',
  keyEnv: ['EMPIRIOLABS_API_KEY'],
  baseEnv: ['EMPIRIOLABS_API_BASE'],
  params: { drop: ['reasoning_effort'], rename: OLD_TOKEN_LIMIT },
  formats: { 'openai-responses': 'openai-responses' },
  chat: { streamUsage: 'as-asked' },
  source: 'https://docs.litellm.ai/docs/providers/empiriolabs',
  date: '2026-11-23',
});
