import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `synthetic`. */
export const syntheticRow: ProviderRow = compatibleRow({
  id: 'synthetic',
  formats: { 'openai-completions': 'openai-completions' },
  baseUrl: 'https://api.synthetic.new/openai/v1',
  keyEnv: ['SYNTHETIC_API_KEY'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/synthetic',
  date: '2026-11-23',
});
