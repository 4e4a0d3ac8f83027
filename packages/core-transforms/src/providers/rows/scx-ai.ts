import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `scx-ai`. */
export const scxAiRow: ProviderRow = compatibleRow({
  id: 'scx-ai',
  baseUrl: 'https://api.scx.ai/v1',
  keyEnv: ['SCX_API_KEY'],
  baseEnv: ['SCX_API_BASE'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT, values: [{ param: 'temperature', clamp: { max: 1.99 } }] },
  source: 'https://docs.litellm.ai/docs/providers/scx-ai',
  date: '2026-11-23',
});
