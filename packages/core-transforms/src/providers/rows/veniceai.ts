import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `veniceai`. */
export const veniceaiRow: ProviderRow = compatibleRow({
  id: 'veniceai',
  baseUrl: 'https://api.venice.ai/api/v1',
  keyEnv: ['VENICE_AI_API_KEY'],
  params: { drop: ['reasoning_effort'], rename: OLD_TOKEN_LIMIT },
  chat: { streamUsage: 'as-asked' },
  source: 'https://docs.litellm.ai/docs/providers/veniceai',
  date: '2026-11-23',
});
