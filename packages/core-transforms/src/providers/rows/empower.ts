import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `empower`. */
export const empowerRow: ProviderRow = compatibleRow({
  id: 'empower',
  baseUrl: 'https://app.empower.dev/api/v1',
  keyEnv: ['EMPOWER_API_KEY'],
  baseEnv: ['EMPOWER_API_BASE'],
  params: { rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/empower',
  date: '2026-11-23',
});
