import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `charity_engine`. */
export const charityEngineRow: ProviderRow = compatibleRow({
  id: 'charity_engine',
  baseUrl: 'https://api.charityengine.services/remotejobs/v2/inference',
  keyEnv: ['CHARITY_ENGINE_API_KEY'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/charity_engine',
  date: '2026-11-23',
});
