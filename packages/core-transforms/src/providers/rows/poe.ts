import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `poe`. */
export const poeRow: ProviderRow = compatibleRow({
  id: 'poe',
  formats: { 'openai-completions': 'openai-completions' },
  baseUrl: 'https://api.poe.com/v1',
  keyEnv: ['POE_API_KEY'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/poe',
  date: '2026-11-23',
});
