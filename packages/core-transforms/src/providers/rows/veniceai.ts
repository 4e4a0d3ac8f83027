import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `veniceai`. */
export const veniceaiRow: ProviderRow = compatibleRow({
  id: 'veniceai',
  baseUrl: 'https://api.venice.ai/api/v1',
  keyEnv: ['VENICE_AI_API_KEY'],
  chat: { streamUsage: 'as-asked' },
  source: 'https://docs.litellm.ai/docs/providers/veniceai',
  date: '2026-11-23',
});
