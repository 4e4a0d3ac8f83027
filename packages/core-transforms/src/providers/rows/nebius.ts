import { compatibleRow, OLD_TOKEN_LIMIT } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `nebius`. */
export const nebiusRow: ProviderRow = compatibleRow({
  id: 'nebius',
  formats: { 'openai-completions': 'openai-completions', 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'https://api.studio.nebius.ai/v1',
  keyEnv: ['NEBIUS_API_KEY'],
  baseEnv: ['NEBIUS_API_BASE'],
  params: { rename: OLD_TOKEN_LIMIT },
  embeddings: { tokens: true },
  source: 'https://docs.nebius.com/studio/inference/api',
  date: '2026-11-23',
});
