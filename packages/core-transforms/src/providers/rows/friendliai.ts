import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `friendliai`. */
export const friendliaiRow: ProviderRow = compatibleRow({
  id: 'friendliai',
  baseUrl: 'https://api.friendli.ai/serverless/v1',
  keyEnv: ['FRIENDLIAI_API_KEY', 'FRIENDLI_TOKEN'],
  baseEnv: ['FRIENDLI_API_BASE'],
  params: { rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/friendliai',
  date: '2026-11-23',
});
