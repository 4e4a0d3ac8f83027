import type { ProviderRow } from '../provider-row.ts';

/** Anthropic's own API. */
export const anthropicRow: ProviderRow = {
  id: 'anthropic',
  errorName: 'AnthropicException',
  format: 'anthropic-messages',
  formats: { 'anthropic-count-tokens': 'anthropic-count-tokens' },
  baseUrl: 'https://api.anthropic.com',
  keyEnv: ['ANTHROPIC_API_KEY'],
  baseEnv: ['ANTHROPIC_API_BASE', 'ANTHROPIC_BASE_URL'],
  auth: { kind: 'header', header: 'x-api-key', scheme: '' },
  params: {
    allow: [
      'stream_options',
      'stop',
      'temperature',
      'top_p',
      'max_tokens',
      'max_completion_tokens',
      'tools',
      'tool_choice',
      'parallel_tool_calls',
      'response_format',
      'user',
      'web_search_options',
      'context_management',
    ],
    adjust: [
      { when: { name: /claude-3-7-sonnet/u }, allow: ['thinking', 'reasoning_effort'] },
      { when: { supports: 'adaptive_thinking' }, allow: ['thinking', 'reasoning_effort'] },
      { when: { supports: 'reasoning' }, allow: ['thinking', 'reasoning_effort'] },
    ],
  },
  errors: {
    shows: 'whole-body',
    byStatus: {
      413: { status: 400, className: 'BadRequestError' },
      529: { status: 500, className: 'InternalServerError' },
    },
    contextWindow: ['prompt is too long', 'prompt: length'],
    contentPolicy: ['content filtering policy'],
  },
  source: 'https://docs.claude.com/en/api/messages and LiteLLM 1.106.2, llms/anthropic',
  date: '2026-11-23',
};
