import { compatibleRow } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `qwen_ai_platform`. It takes `cache_control`. */
export const qwenAiPlatformRow: ProviderRow = compatibleRow({
  id: 'qwen_ai_platform',
  formats: { 'openai-completions': 'openai-completions', 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
  keyEnv: ['QWEN_AI_PLATFORM_API_KEY', 'DASHSCOPE_API_KEY'],
  baseEnv: ['QWEN_AI_PLATFORM_API_BASE'],
  params: { allow: openaiParams({ plus: ['reasoning_effort'] }) },
  chat: { request: [] },
  source: 'https://docs.litellm.ai/docs/providers/qwen_ai_platform',
  date: '2026-11-23',
});
