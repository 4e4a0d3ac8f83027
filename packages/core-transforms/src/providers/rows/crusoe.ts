import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `crusoe`. */
export const crusoeRow: ProviderRow = compatibleRow({
  id: 'crusoe',
  baseUrl: 'https://managed-inference-api-proxy.crusoecloud.com/v1',
  keyEnv: ['CRUSOE_API_KEY'],
  baseEnv: ['CRUSOE_API_BASE'],
  params: { drop: ['reasoning_effort'], rename: OLD_TOKEN_LIMIT },
  chat: { streamUsage: 'as-asked' },
  source: 'https://docs.litellm.ai/docs/providers/crusoe',
  date: '2026-11-23',
});
