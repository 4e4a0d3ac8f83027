import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `abliteration`. */
export const abliterationRow: ProviderRow = compatibleRow({
  id: 'abliteration',
  baseUrl: 'https://api.abliteration.ai/v1',
  keyEnv: ['ABLITERATION_API_KEY'],
  chat: { streamUsage: 'as-asked' },
  source: 'https://docs.litellm.ai/docs/providers/abliteration',
  date: '2026-11-23',
});
