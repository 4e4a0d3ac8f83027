import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `aihubmix`. */
export const aihubmixRow: ProviderRow = compatibleRow({
  id: 'aihubmix',
  baseUrl: 'https://aihubmix.com/v1',
  keyEnv: ['AIHUBMIX_API_KEY'],
  baseEnv: ['AIHUBMIX_API_BASE'],
  chat: { streamUsage: 'as-asked' },
  source: 'https://docs.litellm.ai/docs/providers/aihubmix',
  date: '2026-11-23',
});
