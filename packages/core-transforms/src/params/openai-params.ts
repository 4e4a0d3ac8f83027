/**
 * The parameters of OpenAI's chat API that are checked against what a model takes, in the order in which a refusal names
 * them. Members that are not listed are a provider's own and pass unchecked.
 * Source: LiteLLM 1.106.2, constants.py DEFAULT_CHAT_COMPLETION_PARAM_VALUES and utils.py `get_optional_params`, read 2026-11-23.
 */
export const OPENAI_PARAMS: readonly string[] = [
  'functions',
  'function_call',
  'temperature',
  'top_p',
  'n',
  'stream_options',
  'stop',
  'max_tokens',
  'max_completion_tokens',
  'modalities',
  'prediction',
  'audio',
  'presence_penalty',
  'frequency_penalty',
  'logit_bias',
  'user',
  'response_format',
  'seed',
  'tools',
  'tool_choice',
  'logprobs',
  'top_logprobs',
  'parallel_tool_calls',
  'reasoning_effort',
  'verbosity',
  'thinking',
  'web_search_options',
  'safety_identifier',
  'store',
  'prompt_cache_key',
  'include_server_side_tool_invocations',
  'service_tier',
  'context_management',
];

const CHECKED: ReadonlySet<string> = new Set(OPENAI_PARAMS);

/** Whether a member is a parameter of OpenAI's, and so subject to the model's list. */
export function isOpenaiParam(name: string): boolean {
  return CHECKED.has(name);
}

/** Dropped silently for models that do not take them. */
export const QUIETLY_DROPPED: ReadonlySet<string> = new Set(['user', 'stream_options']);
