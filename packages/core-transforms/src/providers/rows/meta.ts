import { TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import { MESSAGES_BESIDE_CHAT } from '../messages-copies.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `meta`. */
export const metaRow: ProviderRow = compatibleRow({
  id: 'meta',
  baseUrl: 'https://api.meta.ai/v1',
  keyEnv: ['META_API_KEY'],
  baseEnv: ['META_API_BASE'],
  params: { ...TOOLS_IF_SUPPORTED },
  formats: { 'openai-responses': 'openai-responses', 'anthropic-messages': 'anthropic-messages' },
  messages: MESSAGES_BESIDE_CHAT,
  source: 'https://docs.litellm.ai/docs/providers/meta',
  date: '2026-11-23',
});
