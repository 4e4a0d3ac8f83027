import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `gmi`. */
export const gmiRow: ProviderRow = compatibleRow({
  id: 'gmi',
  baseUrl: 'https://api.gmi-serving.com/v1',
  keyEnv: ['GMI_API_KEY'],
  params: { drop: ['reasoning_effort'], rename: OLD_TOKEN_LIMIT },
  chat: { streamUsage: 'as-asked' },
  source: 'https://docs.litellm.ai/docs/providers/gmi',
  date: '2026-11-23',
});
