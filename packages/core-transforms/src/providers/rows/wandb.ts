import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `wandb`. */
export const wandbRow: ProviderRow = compatibleRow({
  id: 'wandb',
  formats: { 'openai-completions': 'openai-completions', 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'https://api.inference.wandb.ai/v1',
  keyEnv: ['WANDB_API_KEY'],
  baseEnv: ['WANDB_API_BASE'],
  params: { allow: openaiParams({ plus: ['reasoning_effort'] }), rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/wandb',
  date: '2026-11-23',
});
