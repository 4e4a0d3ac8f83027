import { TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `reka`. */
export const rekaRow: ProviderRow = compatibleRow({
  id: 'reka',
  baseUrl: 'https://api.reka.ai/v1',
  keyEnv: ['REKA_API_KEY'],
  baseEnv: ['REKA_API_BASE'],
  params: { ...TOOLS_IF_SUPPORTED },
  source: 'https://docs.litellm.ai/docs/providers/reka',
  date: '2026-11-23',
});
