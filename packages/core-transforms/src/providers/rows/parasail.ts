import { TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `parasail`. */
export const parasailRow: ProviderRow = compatibleRow({
  id: 'parasail',
  baseUrl: 'https://api.parasail.io/v1',
  keyEnv: ['PARASAIL_API_KEY'],
  baseEnv: ['PARASAIL_API_BASE'],
  params: { ...TOOLS_IF_SUPPORTED },
  formats: { 'openai-responses': 'openai-responses' },
  responses: { set: { store: false } },
  source: 'https://docs.litellm.ai/docs/providers/parasail',
  date: '2026-11-23',
});
