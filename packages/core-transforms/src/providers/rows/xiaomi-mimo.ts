import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `xiaomi_mimo`. */
export const xiaomiMimoRow: ProviderRow = compatibleRow({
  id: 'xiaomi_mimo',
  baseUrl: 'https://api.xiaomimimo.com/v1',
  keyEnv: ['XIAOMI_MIMO_API_KEY'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/xiaomi_mimo',
  date: '2026-11-23',
});
