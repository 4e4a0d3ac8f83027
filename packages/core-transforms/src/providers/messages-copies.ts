import type { MessagesRules } from './provider-row.ts';

/** Beside `/v1/chat/completions`, with the same key and nothing of Anthropic's own. Source: LiteLLM 1.106.2, llms/openai_like/messages/transformation.py, read 2026-11-29. */
export const MESSAGES_BESIDE_CHAT: MessagesRules = {
  baseEnding: /(?:\/v1)?\/?$/u,
  path: '/v1/messages',
  auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
  dropsBillingNote: true,
  plainCacheMarks: true,
};
