import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `nano-gpt`. */
export const nanoGptRow: ProviderRow = compatibleRow({
  id: 'nano-gpt',
  formats: { 'openai-completions': 'openai-completions' },
  baseUrl: 'https://nano-gpt.com/api/v1',
  keyEnv: ['NANOGPT_API_KEY'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/nano-gpt',
  date: '2026-11-23',
});
