import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `publicai`. */
export const publicaiRow: ProviderRow = compatibleRow({
  id: 'publicai',
  formats: { 'openai-completions': 'openai-completions' },
  baseUrl: 'https://api.publicai.co/v1',
  keyEnv: ['PUBLICAI_API_KEY'],
  baseEnv: ['PUBLICAI_API_BASE'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT },
  chat: { request: ['content-as-text', 'drop-cache-control'] },
  source: 'https://docs.litellm.ai/docs/providers/publicai',
  date: '2026-11-23',
});
