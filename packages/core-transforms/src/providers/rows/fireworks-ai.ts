import { compatibleRow, OLD_TOKEN_LIMIT, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';
import { VLLM_ONLY } from '../vllm-params.ts';

const OWN_PARAMS = [
  'context_length_exceeded_behavior',
  'echo',
  'echo_last',
  'ignore_eos',
  'min_p',
  'mirostat_lr',
  'mirostat_target',
  'perf_metrics_in_response',
  'prompt_cache_isolation_key',
  'prompt_truncate_len',
  'raw_output',
  'repetition_penalty',
  'return_token_ids',
  'safe_tokenization',
  'sampling_mask',
  'speculation',
  'top_k',
  'typical_p',
  'user',
];

const NOT_TAKEN = [
  'audio',
  'function_call',
  'functions',
  'modalities',
  'parallel_tool_calls',
  'prompt_cache_retention',
  'safety_identifier',
  'store',
  'tool_choice',
  'tools',
  'web_search_options',
];

/** What other servers of open models take, and this one refuses. */
const NOT_IN_COMPLETIONS = [...VLLM_ONLY, 'prompt_truncate_len', 'truncate_prompt_tokens'];

/** Provider `fireworks_ai`. */
export const fireworksAiRow: ProviderRow = compatibleRow({
  id: 'fireworks_ai',
  baseUrl: 'https://api.fireworks.ai/inference/v1',
  keyEnv: ['FIREWORKS_API_KEY', 'FIREWORKS_AI_API_KEY', 'FIREWORKSAI_API_KEY', 'FIREWORKS_AI_TOKEN'],
  baseEnv: ['FIREWORKS_API_BASE'],
  modelPrefix: 'accounts/fireworks/models/',
  params: {
    allow: openaiParams({ plus: OWN_PARAMS, minus: NOT_TAKEN }),
    adjust: [
      { when: { not: { refuses: 'function_calling' } }, allow: ['tools', 'parallel_tool_calls'] },
      { when: { supports: 'tool_choice' }, allow: ['tool_choice'] },
      { when: { supports: 'reasoning' }, allow: ['reasoning_effort', 'reasoning_history', 'thinking'] },
    ],
    values: [{ param: 'tool_choice', replace: { required: 'any' } }],
    rename: OLD_TOKEN_LIMIT,
  },
  chat: {
    sendsStreamFalse: {},
    losesFingerprint: true,
    keepsMessages: true,
    request: [
      'thinking-or-effort',
      'effort-as-word',
      'vllm-params-as-own',
      'drop-response-format-beside-tools',
      'drop-tool-strict',
      'inline-legacy-definitions',
      'refuse-file-parts',
      { name: 'refuse-image-parts', when: { refuses: 'vision' } },
      'drop-cache-control',
      'drop-provider-fields',
      'drop-thinking-blocks',
    ],
    response: ['content-as-tool-call'],
    chunk: ['reasoning-as-reasoning-content'],
  },
  formats: { 'openai-completions': 'openai-completions', 'openai-embeddings': 'openai-embeddings', 'openai-responses': 'openai-responses' },
  responses: { foldsInstructions: true, lacksFileSearch: true },
  completions: {
    takes: ['response_format', 'reasoning_effort', 'thinking'],
    drops: NOT_IN_COMPLETIONS,
  },
  errors: WHOLE_BODY_ERRORS,
  embeddings: { params: { allow: [], adjust: [{ when: { name: /nomic-ai/u }, allow: ['dimensions'] }] } },
  source: 'https://docs.fireworks.ai/api-reference/post-chatcompletions',
  date: '2026-11-23',
});
