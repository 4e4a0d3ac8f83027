import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `apertis`. */
export const apertisRow: ProviderRow = compatibleRow({
  id: 'apertis',
  formats: { 'openai-completions': 'openai-completions' },
  baseUrl: 'https://api.stima.tech/v1',
  keyEnv: ['STIMA_API_KEY'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/apertis',
  date: '2026-11-23',
});
