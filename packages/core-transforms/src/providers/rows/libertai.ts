import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `libertai`. */
export const libertaiRow: ProviderRow = compatibleRow({
  id: 'libertai',
  baseUrl: 'https://api.libertai.io/v1',
  keyEnv: ['LIBERTAI_API_KEY'],
  baseEnv: ['LIBERTAI_API_BASE'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/libertai',
  date: '2026-11-23',
});
