import { TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `cognition`. */
export const cognitionRow: ProviderRow = compatibleRow({
  id: 'cognition',
  baseUrl: 'https://api.cognition.ai/v1',
  keyEnv: ['COGNITION_API_KEY'],
  baseEnv: ['COGNITION_API_BASE'],
  params: { ...TOOLS_IF_SUPPORTED },
  source: 'https://docs.litellm.ai/docs/providers/cognition',
  date: '2026-11-23',
});
