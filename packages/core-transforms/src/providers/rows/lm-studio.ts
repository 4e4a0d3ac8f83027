import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `lm_studio`. It has no host of its own. */
export const lmStudioRow: ProviderRow = compatibleRow({
  id: 'lm_studio',
  formats: { 'openai-embeddings': 'openai-embeddings' },
  baseUrl: undefined,
  keyEnv: ['LM_STUDIO_API_KEY'],
  keyOptional: true,
  baseEnv: ['LM_STUDIO_API_BASE'],
  chat: { request: ['wrap-bare-json-schema', 'drop-cache-control'] },
  embeddings: { params: { allow: [] } },
  source: 'https://lmstudio.ai/docs/app/api/endpoints/openai',
  date: '2026-11-23',
});
