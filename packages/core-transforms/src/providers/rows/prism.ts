import { TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import { MESSAGES_BESIDE_CHAT } from '../messages-copies.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `prism`. */
export const prismRow: ProviderRow = compatibleRow({
  id: 'prism',
  baseUrl: 'https://api.prisminference.com/v1',
  keyEnv: ['PRISM_API_KEY'],
  baseEnv: ['PRISM_API_BASE'],
  params: { ...TOOLS_IF_SUPPORTED },
  formats: { 'openai-responses': 'openai-responses', 'anthropic-messages': 'anthropic-messages' },
  messages: MESSAGES_BESIDE_CHAT,
  source: 'https://docs.litellm.ai/docs/providers/prism',
  date: '2026-11-23',
});
