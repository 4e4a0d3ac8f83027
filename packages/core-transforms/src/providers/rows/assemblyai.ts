import { TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `assemblyai`. */
export const assemblyaiRow: ProviderRow = compatibleRow({
  id: 'assemblyai',
  baseUrl: 'https://llm-gateway.assemblyai.com/v1',
  keyEnv: ['ASSEMBLYAI_API_KEY'],
  params: { ...TOOLS_IF_SUPPORTED },
  source: 'https://docs.litellm.ai/docs/providers/assemblyai',
  date: '2026-11-23',
});
