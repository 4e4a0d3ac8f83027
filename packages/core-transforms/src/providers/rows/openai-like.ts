import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `openai_like`: any server in OpenAI's likeness. It has no host of its own. */
export const openaiLikeRow: ProviderRow = compatibleRow({
  id: 'openai_like',
  formats: { 'openai-embeddings': 'openai-embeddings' },
  baseUrl: undefined,
  keyEnv: ['OPENAI_LIKE_API_KEY'],
  keyOptional: true,
  baseEnv: ['OPENAI_LIKE_API_BASE'],
  embeddings: { params: { allow: [] } },
  source: 'https://docs.litellm.ai/docs/providers/openai_compatible',
  date: '2026-11-23',
});
