import { compatibleRow } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `dashscope`. It takes `cache_control`. */
export const dashscopeRow: ProviderRow = compatibleRow({
  id: 'dashscope',
  formats: { 'openai-completions': 'openai-completions', 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
  keyEnv: ['DASHSCOPE_API_KEY'],
  baseEnv: ['DASHSCOPE_API_BASE'],
  params: { allow: openaiParams({ plus: ['reasoning_effort'] }) },
  chat: { request: [] },
  source: 'https://www.alibabacloud.com/help/en/model-studio/use-qwen-by-calling-api',
  date: '2026-11-23',
});
