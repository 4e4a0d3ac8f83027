import { TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import { MESSAGES_BESIDE_CHAT } from '../messages-copies.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `cortecs`. */
export const cortecsRow: ProviderRow = compatibleRow({
  id: 'cortecs',
  baseUrl: 'https://api.cortecs.ai/v1',
  keyEnv: ['CORTECS_API_KEY'],
  baseEnv: ['CORTECS_API_BASE'],
  params: { ...TOOLS_IF_SUPPORTED },
  formats: { 'openai-responses': 'openai-responses', 'anthropic-messages': 'anthropic-messages' },
  messages: MESSAGES_BESIDE_CHAT,
  source: 'https://docs.litellm.ai/docs/providers/cortecs',
  date: '2026-11-23',
});
