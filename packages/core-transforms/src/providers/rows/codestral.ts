import { compatibleRow } from '../compatible-row.ts';
import { MISTRAL_PARAMS, MISTRAL_REQUEST } from '../mistral-rules.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `codestral`. */
export const codestralRow: ProviderRow = compatibleRow({
  id: 'codestral',
  baseUrl: 'https://codestral.mistral.ai/v1',
  keyEnv: ['CODESTRAL_API_KEY'],
  baseEnv: ['CODESTRAL_API_BASE'],
  params: MISTRAL_PARAMS,
  chat: { streamUsage: 'never', request: MISTRAL_REQUEST },
  source: 'https://docs.mistral.ai/capabilities/code_generation',
  date: '2026-11-23',
});
