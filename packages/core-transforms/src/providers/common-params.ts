/** What providers in OpenAI's likeness take unless they say otherwise. Source: LiteLLM 1.106.2, OpenAIGPTConfig, read 2026-11-23. */
export const OPENAI_CHAT_PARAMS: readonly string[] = [
  'audio',
  'frequency_penalty',
  'function_call',
  'functions',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'modalities',
  'n',
  'parallel_tool_calls',
  'prediction',
  'presence_penalty',
  'prompt_cache_key',
  'prompt_cache_retention',
  'response_format',
  'safety_identifier',
  'seed',
  'service_tier',
  'stop',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'web_search_options',
];

/** What OpenAI's models that complete a text take. Source: LiteLLM 1.106.2, OpenAITextCompletionConfig, read 2026-11-27. */
export const OPENAI_COMPLETIONS_PARAMS: readonly string[] = [
  'frequency_penalty',
  'logit_bias',
  'logprobs',
  'max_tokens',
  'n',
  'presence_penalty',
  'seed',
  'stop',
  'stream_options',
  'temperature',
  'top_p',
  'user',
];

/** OpenAI's parameters of embeddings, in the order in which a refusal names them. Source: LiteLLM 1.106.2, utils.py, read 2026-11-29. */
export const EMBEDDINGS_PARAMS: readonly string[] = ['user', 'dimensions', 'encoding_format'];

/** Everything that has to do with tools. */
export const TOOL_PARAMS: readonly string[] = ['function_call', 'functions', 'parallel_tool_calls', 'tool_choice', 'tools'];

/** The common list without some, with others. */
export function openaiParams(change: { readonly plus?: readonly string[]; readonly minus?: readonly string[] } = {}): readonly string[] {
  const { plus = [], minus = [] } = change;
  return [...OPENAI_CHAT_PARAMS.filter((name) => !minus.includes(name)), ...plus];
}
