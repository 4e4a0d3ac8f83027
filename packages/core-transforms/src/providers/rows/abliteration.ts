import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `abliteration`. */
export const abliterationRow: ProviderRow = compatibleRow({
  id: 'abliteration',
  baseUrl: 'https://api.abliteration.ai/v1',
  keyEnv: ['ABLITERATION_API_KEY'],
  params: { drop: ['reasoning_effort'], rename: OLD_TOKEN_LIMIT },
  chat: { streamUsage: 'as-asked' },
  source: 'https://docs.litellm.ai/docs/providers/abliteration',
  date: '2026-11-23',
});
