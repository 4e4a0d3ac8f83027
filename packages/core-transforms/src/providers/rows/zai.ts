import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `zai`. It takes `cache_control`. */
export const zaiRow: ProviderRow = compatibleRow({
  id: 'zai',
  baseUrl: 'https://api.z.ai/api/paas/v4',
  keyEnv: ['ZAI_API_KEY'],
  baseEnv: ['ZAI_API_BASE'],
  params: {
    allow: ['max_tokens', 'stop', 'stream', 'stream_options', 'temperature', 'tool_choice', 'tools', 'top_p'],
    adjust: [{ when: { supports: 'reasoning' }, allow: ['thinking'] }],
  },
  chat: { request: [] },
  source: 'https://docs.z.ai/api-reference/llm/chat-completion',
  date: '2026-11-23',
});
