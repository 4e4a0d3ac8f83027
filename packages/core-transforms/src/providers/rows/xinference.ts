import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `xinference`: any server in OpenAI's likeness. It has no host of its own. */
export const xinferenceRow: ProviderRow = compatibleRow({
  id: 'xinference',
  formats: { 'openai-embeddings': 'openai-embeddings' },
  baseUrl: undefined,
  keyEnv: ['XINFERENCE_API_KEY'],
  keyOptional: true,
  baseEnv: ['XINFERENCE_API_BASE'],
  params: { drop: ['reasoning_effort'], rename: OLD_TOKEN_LIMIT },
  chat: { streamUsage: 'as-asked' },
  source: 'https://docs.litellm.ai/docs/providers/xinference',
  date: '2026-11-23',
});
