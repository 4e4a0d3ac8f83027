import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `modelscope`. */
export const modelscopeRow: ProviderRow = compatibleRow({
  id: 'modelscope',
  formats: { 'openai-completions': 'openai-completions' },
  baseUrl: 'https://api-inference.modelscope.cn/v1',
  keyEnv: ['MODELSCOPE_API_KEY'],
  baseEnv: ['MODELSCOPE_API_BASE'],
  source: 'https://docs.litellm.ai/docs/providers/modelscope',
  date: '2026-11-23',
});
