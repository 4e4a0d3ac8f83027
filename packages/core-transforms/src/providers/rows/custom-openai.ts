import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `custom_openai`: any server in OpenAI's likeness. It has no host of its own. */
export const customOpenaiRow: ProviderRow = compatibleRow({
  id: 'custom_openai',
  baseUrl: undefined,
  keyEnv: [],
  keyOptional: true,
  baseEnv: [],
  params: { rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/openai_compatible',
  date: '2026-11-23',
});
