import { compatibleRow, OLD_TOKEN_LIMIT } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';

const NOT_TAKEN = [
  'audio',
  'modalities',
  'parallel_tool_calls',
  'prediction',
  'prompt_cache_key',
  'prompt_cache_retention',
  'response_format',
  'safety_identifier',
  'service_tier',
  'store',
  'web_search_options',
];

/** Provider `volcengine`. */
export const volcengineRow: ProviderRow = compatibleRow({
  id: 'volcengine',
  formats: { 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'https://ark.cn-beijing.volces.com/api/v3',
  keyEnv: ['VOLCENGINE_API_KEY'],
  baseEnv: ['VOLCENGINE_API_BASE'],
  params: { allow: openaiParams({ plus: ['thinking'], minus: NOT_TAKEN }), rename: OLD_TOKEN_LIMIT },
  embeddings: { params: { allow: ['encoding_format', 'user'] }, listsInput: true },
  source: 'https://www.volcengine.com/docs/82379/1494384',
  date: '2026-11-23',
});
