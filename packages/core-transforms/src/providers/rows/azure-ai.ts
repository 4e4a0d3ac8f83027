import { TOOL_PARAMS } from '../common-params.ts';
import { compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import type { ModelCondition, ProviderRow } from '../provider-row.ts';

const REASONING_SERIES: ModelCondition = { name: /^(?!(?:.*\/)?[^/]*gpt-5-chat).*gpt-[56]/u };
const SEARCH_SERIES: ModelCondition = { name: /gpt-5.*search|search.*gpt-5/u };
const O_SERIES: ModelCondition = { name: /^(?:.*\/)?o\d/u, known: true };
const OPENAI_MODEL: ModelCondition = { name: /^(?:gpt-|o\d|chatgpt-|davinci|babbage)/u, known: true };

/** Hosts of whole resources, which take the key in Azure's way; other hosts serve one model each. */
const RESOURCE_HOST: ModelCondition = { base: /^https?:\/\/[^/?#]*\.(?:services\.ai|openai)\.azure\.com(?:[:/?#]|$)/iu };
const MODELS_HOST: ModelCondition = { base: /services\.ai\.azure\.com/u };
const API_KEY = { kind: 'token', issuer: 'azure', key: { kind: 'header', header: 'api-key', scheme: '' } } as const;

/** Provider `azure_ai`: models of many makers in Azure AI Foundry. Source of its rules: LiteLLM 1.106.2, llms/azure_ai/chat/, read 2026-11-26. */
export const azureAiRow: ProviderRow = compatibleRow({
  id: 'azure_ai',
  errorName: 'Azure_aiException',
  baseUrl: undefined,
  keyEnv: ['AZURE_AI_API_KEY'],
  baseEnv: ['AZURE_AI_API_BASE'],
  auth: { kind: 'token', issuer: 'azure', key: { kind: 'header', header: 'authorization', scheme: 'Bearer' } },
  urls: [
    { when: MODELS_HOST, path: '/models{path}', query: { 'api-version': 'api_version' }, auth: API_KEY },
    { when: RESOURCE_HOST, path: '{path}', query: { 'api-version': 'api_version' }, auth: API_KEY },
    { path: '{path}', query: { 'api-version': 'api_version' } },
  ],
  routePrefix: /^.*?model[_-]router\//u,
  params: {
    adjust: [
      { when: { name: /^gpt-(?:3\.5-turbo-16k|4)$/u }, refuse: ['response_format'] },
      { when: OPENAI_MODEL, allow: ['user'] },
      {
        when: O_SERIES,
        allow: ['reasoning_effort'],
        refuse: ['logprobs', 'top_logprobs', 'top_p', 'presence_penalty', 'frequency_penalty'],
      },
      { when: { ...O_SERIES, lacks: 'function_calling' }, refuse: TOOL_PARAMS.filter((name) => name !== 'parallel_tool_calls') },
      { when: { ...O_SERIES, lacks: 'parallel_function_calling' }, refuse: ['parallel_tool_calls'] },
      { when: { ...O_SERIES, lacks: 'response_schema' }, refuse: ['response_format'] },
      {
        when: REASONING_SERIES,
        allow: ['reasoning_effort', 'verbosity'],
        refuse: ['presence_penalty', 'frequency_penalty', 'stop', 'logit_bias', 'modalities', 'prediction', 'audio', 'web_search_options'],
      },
      { when: { ...REASONING_SERIES, lacks: 'none_reasoning_effort' }, refuse: ['logprobs', 'top_logprobs', 'top_p'] },
      { when: { lacks: 'tool_choice' }, refuse: ['tool_choice'] },
      { when: { name: /grok-3-mini|grok-4|grok-code-fast/u }, refuse: ['stop'] },
    ],
    values: [
      { param: 'max_tokens', when: O_SERIES, as: 'max_completion_tokens' },
      { param: 'max_tokens', when: REASONING_SERIES, as: 'max_completion_tokens' },
    ],
  },
  chat: {
    sendsStreamFalse: {},
    losesFingerprint: true,
    keepsToolImages: true,
    request: [
      'drop-thinking-blocks',
      'drop-reasoning-content',
      'drop-provider-fields',
      'drop-message-cache-control',
      'content-as-text-unless-media',
      { name: 'tool-results-as-json', when: { name: /command-r/u } },
      { name: 'reasoning-model-sampling', when: { ...REASONING_SERIES, not: SEARCH_SERIES } },
    ],
    chunk: ['reasoning-as-reasoning-content'],
  },
  errors: WHOLE_BODY_ERRORS,
  source: 'https://learn.microsoft.com/en-us/azure/ai-foundry/model-inference/reference/reference-model-inference-chat-completions',
  date: '2026-11-26',
});
