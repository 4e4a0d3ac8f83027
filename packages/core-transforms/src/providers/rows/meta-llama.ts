import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `meta_llama`. */
export const metaLlamaRow: ProviderRow = compatibleRow({
  id: 'meta_llama',
  formats: { 'openai-completions': 'openai-completions' },
  baseUrl: 'https://api.llama.com/compat/v1',
  keyEnv: ['LLAMA_API_KEY'],
  baseEnv: ['LLAMA_API_BASE'],
  chat: { request: ['drop-cache-control', 'schema-or-no-format'] },
  source: 'https://docs.litellm.ai/docs/providers/meta_llama',
  date: '2026-11-23',
});
