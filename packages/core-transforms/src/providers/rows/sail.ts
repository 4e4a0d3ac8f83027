import { compatibleRow } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import { MESSAGES_BESIDE_CHAT } from '../messages-copies.ts';
import type { ProviderRow } from '../provider-row.ts';

const NOT_TAKEN = ['frequency_penalty', 'logit_bias', 'logprobs', 'presence_penalty', 'seed', 'stop', 'top_logprobs'];

/** Provider `sail`. */
export const sailRow: ProviderRow = compatibleRow({
  id: 'sail',
  baseUrl: 'https://api.sailresearch.com/v1',
  keyEnv: ['SAIL_API_KEY'],
  baseEnv: ['SAIL_API_BASE'],
  params: { allow: openaiParams({ plus: ['reasoning_effort', 'user'], minus: NOT_TAKEN }) },
  formats: { 'openai-responses': 'openai-responses', 'anthropic-messages': 'anthropic-messages' },
  responses: { tierAsWindow: true },
  chat: { request: ['drop-cache-control', 'tier-as-window'] },
  messages: MESSAGES_BESIDE_CHAT,
  source: 'https://docs.litellm.ai/docs/providers/sail',
  date: '2026-11-23',
});
