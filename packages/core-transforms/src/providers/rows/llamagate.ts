import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `llamagate`. */
export const llamagateRow: ProviderRow = compatibleRow({
  id: 'llamagate',
  baseUrl: 'https://api.llamagate.dev/v1',
  keyEnv: ['LLAMAGATE_API_KEY'],
  params: { drop: ['reasoning_effort'], rename: OLD_TOKEN_LIMIT },
  chat: { streamUsage: 'as-asked' },
  source: 'https://docs.litellm.ai/docs/providers/llamagate',
  date: '2026-11-23',
});
