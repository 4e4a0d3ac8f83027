import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `pinstripes`. */
export const pinstripesRow: ProviderRow = compatibleRow({
  id: 'pinstripes',
  baseUrl: 'https://pinstripes.io/v1',
  keyEnv: ['PINSTRIPES_API_KEY'],
  baseEnv: ['PINSTRIPES_API_BASE'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT },
  formats: { 'openai-responses': 'openai-responses' },
  source: 'https://docs.litellm.ai/docs/providers/pinstripes',
  date: '2026-11-23',
});
