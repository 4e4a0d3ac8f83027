import { TOOL_PARAMS } from './common-params.ts';
import type { ModelCondition, ParamAdjustment, ParamRules } from './provider-row.ts';

/** o1, o3, o4 …; a fine-tune or an alias that happens to begin so is none. */
export const O_SERIES: ModelCondition = { name: /^(?:.*\/)?o\d/u, known: true };
/** GPT-5 and later, but for its chat models. */
export const REASONING_SERIES: ModelCondition = { name: /^(?!(?:.*\/)?[^/]*gpt-5-chat).*gpt-[56]/u };
/** Those of them that search the web. */
export const SEARCH_SERIES: ModelCondition = { name: /gpt-5.*search|search.*gpt-5/u };

/** Models by the names that OpenAI itself sells them under. */
export const IN_CATALOG: ModelCondition = { name: /^(?:responses\/)?(?!ft:)[^/]*$/u, known: true };

/** Those whose validator refuses combinators at the top of a function's schema. Source: LiteLLM 1.106.2, llms/openai/responses/transformation.py, read 2026-11-29. */
export const FLAT_SCHEMAS: ModelCondition = { name: /^(?:.*\/)?(?:ft:)?(?:gpt-4|gpt-3\.5|chatgpt-4o|o1|o3|o4)[^/]*$/u };

/** What the o-series refuses of OpenAI's parameters. */
export const O_SERIES_REFUSES: readonly string[] = ['logprobs', 'top_logprobs', 'top_p', 'presence_penalty', 'frequency_penalty'];

/** What the reasoning series refuses of them. */
export const REASONING_REFUSES: readonly string[] = [
  'presence_penalty',
  'frequency_penalty',
  'stop',
  'logit_bias',
  'modalities',
  'prediction',
  'audio',
  'web_search_options',
];

/** All that the search series takes of them. */
export const SEARCH_PARAMS: readonly string[] = [
  'max_tokens',
  'max_completion_tokens',
  'stream_options',
  'web_search_options',
  'service_tier',
  'safety_identifier',
  'response_format',
  'user',
  'store',
  'verbosity',
];

/** What the families take and refuse by their own names, by whichever provider. Source: LiteLLM 1.106.2, llms/openai/chat/, read 2026-11-23. */
export const OPENAI_FAMILIES: readonly ParamAdjustment[] = [
  { when: O_SERIES, allow: ['reasoning_effort'], refuse: O_SERIES_REFUSES },
  { when: { ...O_SERIES, lacks: 'function_calling' }, refuse: TOOL_PARAMS.filter((name) => name !== 'parallel_tool_calls') },
  { when: { ...O_SERIES, lacks: 'parallel_function_calling' }, refuse: ['parallel_tool_calls'] },
  { when: { ...O_SERIES, lacks: 'response_schema' }, refuse: ['response_format'] },
  { when: REASONING_SERIES, allow: ['reasoning_effort', 'verbosity'], refuse: REASONING_REFUSES },
  { when: { ...REASONING_SERIES, lacks: 'none_reasoning_effort' }, refuse: ['logprobs', 'top_logprobs', 'top_p'] },
];

/** Both know the limit of an answer by its newer name. */
export const NEW_TOKEN_LIMIT: NonNullable<ParamRules['values']> = [
  { param: 'max_tokens', when: O_SERIES, as: 'max_completion_tokens' },
  { param: 'max_tokens', when: REASONING_SERIES, as: 'max_completion_tokens' },
];
