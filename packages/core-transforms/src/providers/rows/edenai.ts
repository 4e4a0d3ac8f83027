import { compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import { MESSAGES_BESIDE_CHAT } from '../messages-copies.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `edenai`. */
export const edenaiRow: ProviderRow = compatibleRow({
  id: 'edenai',
  baseUrl: 'https://api.edenai.run/v3',
  keyEnv: ['EDENAI_API_KEY'],
  baseEnv: ['EDENAI_API_BASE'],
  chat: { sendsStreamFalse: {}, losesFingerprint: true, chunk: ['reasoning-as-reasoning-content'] },
  errors: WHOLE_BODY_ERRORS,
  formats: { 'openai-embeddings': 'openai-embeddings', 'openai-responses': 'openai-responses', 'anthropic-messages': 'anthropic-messages' },
  messages: MESSAGES_BESIDE_CHAT,
  source: 'https://docs.litellm.ai/docs/providers/edenai',
  date: '2026-11-23',
});
