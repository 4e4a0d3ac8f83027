import { compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `minimax`. It takes `cache_control`. */
export const minimaxRow: ProviderRow = compatibleRow({
  id: 'minimax',
  baseUrl: 'https://api.minimax.io/v1',
  keyEnv: ['MINIMAX_API_KEY'],
  baseEnv: ['MINIMAX_API_BASE'],
  baseEnding: '/v1',
  formats: { 'anthropic-messages': 'anthropic-messages' },
  messages: {
    baseEnding: /(?:\/anthropic)?(?:\/v1)?\/?$/u,
    path: '/anthropic/v1/messages',
    auth: { kind: 'header', header: 'x-api-key', scheme: '' },
    dropsBillingNote: true,
  },
  params: {
    allow: openaiParams({ plus: ['reasoning_split'] }),
    adjust: [{ when: { supports: 'reasoning' }, allow: ['thinking'] }],
  },
  chat: { sendsStreamFalse: {}, losesFingerprint: true, request: [], chunk: ['reasoning-as-reasoning-content'] },
  errors: WHOLE_BODY_ERRORS,
  source: 'https://platform.minimax.io/docs/api-reference/text-openai-api',
  date: '2026-11-23',
});
