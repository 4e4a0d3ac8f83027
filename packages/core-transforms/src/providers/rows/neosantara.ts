import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `neosantara`. */
export const neosantaraRow: ProviderRow = compatibleRow({
  id: 'neosantara',
  baseUrl: 'https://api.neosantara.xyz/v1',
  keyEnv: ['NEOSANTARA_API_KEY'],
  baseEnv: ['NEOSANTARA_API_BASE'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT },
  formats: { 'openai-responses': 'openai-responses' },
  source: 'https://docs.litellm.ai/docs/providers/neosantara',
  date: '2026-11-23',
});
