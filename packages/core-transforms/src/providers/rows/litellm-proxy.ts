import { compatibleRow } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `litellm_proxy`: another gateway of this kind. It has no host of its own. */
export const litellmProxyRow: ProviderRow = compatibleRow({
  id: 'litellm_proxy',
  baseUrl: undefined,
  keyEnv: ['LITELLM_PROXY_API_KEY'],
  keyOptional: true,
  baseEnv: ['LITELLM_PROXY_API_BASE'],
  params: { allow: openaiParams({ plus: ['reasoning_effort', 'thinking', 'user', 'verbosity'] }) },
  formats: { 'openai-embeddings': 'openai-embeddings', 'openai-responses': 'openai-responses' },
  source: 'https://docs.litellm.ai/docs/providers/litellm_proxy',
  date: '2026-11-23',
});
