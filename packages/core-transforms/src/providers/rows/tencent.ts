import { OPENAI_CHAT_PARAMS } from '../common-params.ts';
import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `tencent`. */
export const tencentRow: ProviderRow = compatibleRow({
  id: 'tencent',
  baseUrl: 'https://tokenhub-intl.tencentcloudmaas.com/v1',
  keyEnv: ['TENCENT_API_KEY'],
  baseEnv: ['TENCENT_API_BASE'],
  params: { allow: OPENAI_CHAT_PARAMS, adjust: [{ when: { supports: 'reasoning' }, allow: ['thinking', 'reasoning_effort'] }] },
  chat: { request: ['drop-cache-control', 'effort-as-thinking-object'] },
  formats: { 'anthropic-messages': 'anthropic-messages' },
  messages: {
    baseEnding: /(?:\/v1(?:\/chat\/completions)?)?\/?$/u,
    path: '/v1/messages',
    auth: { kind: 'header', header: 'x-api-key', scheme: '' },
    dropsBillingNote: true,
  },
  source: 'https://docs.litellm.ai/docs/providers/tencent',
  date: '2026-11-23',
});
