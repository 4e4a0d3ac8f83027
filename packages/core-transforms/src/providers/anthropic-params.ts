import type { ParamAdjustment } from './provider-row.ts';

/** What Anthropic's models take of OpenAI's parameters, by whichever provider. Source: LiteLLM 1.106.2, AnthropicConfig, read 2026-11-23. */
export const ANTHROPIC_PARAMS: readonly string[] = [
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
];

/** What those of them take more that can think. */
export const ANTHROPIC_THINKING: readonly ParamAdjustment[] = [
  { when: { name: /claude-3-7-sonnet/u }, allow: ['thinking', 'reasoning_effort'] },
  { when: { supports: 'adaptive_thinking' }, allow: ['thinking', 'reasoning_effort'] },
  { when: { supports: 'reasoning' }, allow: ['thinking', 'reasoning_effort'] },
];
