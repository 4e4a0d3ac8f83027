import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `galadriel`. */
export const galadrielRow: ProviderRow = compatibleRow({
  id: 'galadriel',
  baseUrl: 'https://api.galadriel.com/v1',
  keyEnv: ['GALADRIEL_API_KEY'],
  baseEnv: ['GALADRIEL_API_BASE'],
  params: { rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/galadriel',
  date: '2026-11-23',
});
