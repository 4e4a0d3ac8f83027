import { compatibleRow, OLD_TOKEN_LIMIT, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `xai`. */
export const xaiRow: ProviderRow = compatibleRow({
  id: 'xai',
  baseUrl: 'https://api.x.ai/v1',
  keyEnv: ['XAI_API_KEY'],
  baseEnv: ['XAI_API_BASE'],
  params: {
    allow: [
      'frequency_penalty',
      'logit_bias',
      'logprobs',
      'max_completion_tokens',
      'max_tokens',
      'n',
      'parallel_tool_calls',
      'presence_penalty',
      'response_format',
      'seed',
      'stop',
      'stream',
      'stream_options',
      'temperature',
      'tool_choice',
      'tools',
      'top_logprobs',
      'top_p',
      'user',
      'web_search_options',
    ],
    adjust: [
      { when: { name: /grok-3-mini|grok-4|grok-code-fast/u }, refuse: ['stop'] },
      { when: { name: /grok-4|grok-code-fast/u }, refuse: ['frequency_penalty'] },
      { when: { supports: 'reasoning' }, allow: ['reasoning_effort'] },
    ],
    rename: OLD_TOKEN_LIMIT,
  },
  chat: {
    sendsStreamFalse: {},
    losesFingerprint: true,
    request: ['drop-tool-strict', 'drop-empty-tools', 'names-on-users-only', 'drop-cache-control'],
    response: ['tool-calls-end-in-tool-calls', 'fold-reasoning-tokens'],
    chunk: ['reasoning-as-reasoning-content', 'fold-reasoning-tokens'],
  },
  formats: { 'openai-responses': 'openai-responses' },
  responses: {
    chat: { needsFor: ['web_search_options'] },
    drops: ['metadata'],
    servesAnySampling: true,
    serverTools: {
      code_interpreter: [],
      web_search: ['filters', 'enable_image_understanding'],
      x_search: [
        'allowed_x_handles',
        'excluded_x_handles',
        'from_date',
        'to_date',
        'enable_image_understanding',
        'enable_video_understanding',
      ],
    },
  },
  errors: WHOLE_BODY_ERRORS,
  source: 'https://docs.x.ai/docs/api-reference#chat-completions',
  date: '2026-11-23',
});
