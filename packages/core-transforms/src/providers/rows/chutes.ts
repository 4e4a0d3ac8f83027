import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `chutes`. */
export const chutesRow: ProviderRow = compatibleRow({
  id: 'chutes',
  formats: { 'openai-completions': 'openai-completions' },
  baseUrl: 'https://llm.chutes.ai/v1',
  keyEnv: ['CHUTES_API_KEY'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/chutes',
  date: '2026-11-23',
});
