import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `tensormesh`. */
export const tensormeshRow: ProviderRow = compatibleRow({
  id: 'tensormesh',
  baseUrl: 'https://serverless.tensormesh.ai/v1',
  keyEnv: ['TENSORMESH_INFERENCE_API_KEY'],
  baseEnv: ['TENSORMESH_SERVERLESS_BASE_URL'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT },
  formats: { 'openai-completions': 'openai-completions', 'openai-responses': 'openai-responses' },
  source: 'https://docs.litellm.ai/docs/providers/tensormesh',
  date: '2026-11-23',
});
