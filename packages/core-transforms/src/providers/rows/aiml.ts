import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `aiml`. */
export const aimlRow: ProviderRow = compatibleRow({
  id: 'aiml',
  baseUrl: 'https://api.aimlapi.com/v1',
  keyEnv: ['AIML_API_KEY'],
  baseEnv: ['AIML_API_BASE'],
  params: { drop: ['reasoning_effort'], rename: OLD_TOKEN_LIMIT },
  chat: { streamUsage: 'as-asked' },
  source: 'https://docs.litellm.ai/docs/providers/aiml',
  date: '2026-11-23',
});
