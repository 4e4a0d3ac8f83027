import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `morph`. */
export const morphRow: ProviderRow = compatibleRow({
  id: 'morph',
  baseUrl: 'https://api.morphllm.com/v1',
  keyEnv: ['MORPH_API_KEY'],
  baseEnv: ['MORPH_API_BASE'],
  params: { allow: ['stream'] },
  source: 'https://docs.litellm.ai/docs/providers/morph',
  date: '2026-11-23',
});
