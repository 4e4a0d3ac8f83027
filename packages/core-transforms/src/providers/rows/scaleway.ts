import { TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `scaleway`. */
export const scalewayRow: ProviderRow = compatibleRow({
  id: 'scaleway',
  baseUrl: 'https://api.scaleway.ai/v1',
  keyEnv: ['SCW_SECRET_KEY'],
  params: { ...TOOLS_IF_SUPPORTED },
  source: 'https://docs.litellm.ai/docs/providers/scaleway',
  date: '2026-11-23',
});
