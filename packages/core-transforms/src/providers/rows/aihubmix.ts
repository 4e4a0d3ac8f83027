import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `aihubmix`. */
export const aihubmixRow: ProviderRow = compatibleRow({
  id: 'aihubmix',
  baseUrl: 'https://aihubmix.com/v1',
  keyEnv: ['AIHUBMIX_API_KEY'],
  baseEnv: ['AIHUBMIX_API_BASE'],
  params: { drop: ['reasoning_effort'], rename: OLD_TOKEN_LIMIT },
  chat: { streamUsage: 'as-asked' },
  source: 'https://docs.litellm.ai/docs/providers/aihubmix',
  date: '2026-11-23',
});
