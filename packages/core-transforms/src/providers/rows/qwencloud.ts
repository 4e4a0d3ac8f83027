import { compatibleRow } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `qwencloud`. It takes `cache_control`. */
export const qwencloudRow: ProviderRow = compatibleRow({
  id: 'qwencloud',
  formats: { 'openai-completions': 'openai-completions', 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  keyEnv: ['QWENCLOUD_API_KEY', 'DASHSCOPE_API_KEY'],
  baseEnv: ['QWENCLOUD_API_BASE'],
  params: { allow: openaiParams({ plus: ['reasoning_effort'] }) },
  chat: { request: [] },
  source: 'https://docs.litellm.ai/docs/providers/qwencloud',
  date: '2026-11-23',
});
