import type { MessagesRules, ModelFormats, ProviderRow } from './provider-row.ts';

/**
 * Anthropic's API beside `/v1/chat/completions`, with the same key and without Anthropic's special cases. Source: LiteLLM 1.106.2,
 * llms/openai_like/messages/transformation.py, read 2026-11-29.
 */
export const MESSAGES_BESIDE_CHAT: MessagesRules = {
  baseEnding: /(?:\/v1)?\/?$/u,
  path: '/v1/messages',
  auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
  dropsBillingNote: true,
  plainCacheMarks: true,
};

/**
 * The row of an OpenAI-compatible deployment that takes Anthropic's messages, too, and says so.
 *
 * in:     the provider's row; whether the deployment understands lifetimes of cache marks.
 * out:    the same row where its provider has a messages API of its own.
 * source: LiteLLM 1.106.2, llms/anthropic/pass_through/messages/handler.py and llms/openai_like/messages/transformation.py, read
 *         2026-11-29.
 */
export function withMessagesApi(row: ProviderRow, readsCacheTimes: boolean): ProviderRow {
  if (!speaksChat(row) && row.byModel?.some(speaksChat) !== true) return row;
  const { dropsBillingNote: _note, plainCacheMarks: _marks, ...beside } = MESSAGES_BESIDE_CHAT;
  return {
    ...withMessages(row),
    ...(row.byModel !== undefined && { byModel: row.byModel.map(withMessages) }),
    messages: readsCacheTimes ? beside : { ...beside, plainCacheMarks: true },
  };
}

function speaksChat({ format, formats }: Pick<ModelFormats, 'format' | 'formats'>): boolean {
  return format === 'openai-chat' && formats?.['anthropic-messages'] !== 'anthropic-messages';
}

function withMessages<Row extends Pick<ModelFormats, 'format' | 'formats'>>(row: Row): Row {
  return speaksChat(row) ? { ...row, formats: { ...row.formats, 'anthropic-messages': 'anthropic-messages' } } : row;
}
