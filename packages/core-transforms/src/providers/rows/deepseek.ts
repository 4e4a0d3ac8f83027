import { compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `deepseek`. */
export const deepseekRow: ProviderRow = compatibleRow({
  id: 'deepseek',
  baseUrl: 'https://api.deepseek.com/beta',
  formats: { 'anthropic-messages': 'anthropic-messages' },
  keyEnv: ['DEEPSEEK_API_KEY'],
  baseEnv: ['DEEPSEEK_API_BASE'],
  params: { allow: openaiParams({ plus: ['thinking', 'reasoning_effort'] }) },
  chat: {
    keepsToolImages: true,
    keepsRemoteFiles: true,
    sendsStreamFalse: {},
    losesFingerprint: true,
    request: [
      'effort-as-thinking-switch',
      'function-tools-only',
      { name: 'fill-reasoning-while-thinking', when: { supports: 'reasoning' } },
      { name: 'content-as-text-unless-images', when: { supports: 'vision' } },
      { name: 'content-as-text', when: { lacks: 'vision' } },
      'drop-cache-control',
    ],
    chunk: ['reasoning-as-reasoning-content'],
  },
  messages: {
    baseEnding: /(?:\/anthropic)?(?:\/v1(?:\/messages)?|\/beta)?\/?$/u,
    path: '/anthropic/v1/messages',
    auth: { kind: 'header', header: 'x-api-key', scheme: '' },
    dropsCustomType: true,
    dropsBillingNote: true,
  },
  errors: WHOLE_BODY_ERRORS,
  source: 'https://api-docs.deepseek.com/api/create-chat-completion',
  date: '2026-11-23',
});
