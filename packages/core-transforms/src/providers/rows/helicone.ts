import { TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `helicone`. */
export const heliconeRow: ProviderRow = compatibleRow({
  id: 'helicone',
  baseUrl: 'https://ai-gateway.helicone.ai',
  keyEnv: ['HELICONE_API_KEY'],
  params: { ...TOOLS_IF_SUPPORTED },
  source: 'https://docs.litellm.ai/docs/providers/helicone',
  date: '2026-11-23',
});
