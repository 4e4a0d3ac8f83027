import { EMBEDDINGS_PARAMS, openaiParams } from '../common-params.ts';
import { FLAT_SCHEMAS, IN_CATALOG, O_SERIES_REFUSES, REASONING_REFUSES, SEARCH_PARAMS, SEARCH_SERIES } from '../openai-families.ts';
import type { ErrorRules, ModelCondition, ProviderRow } from '../provider-row.ts';

/** Deployments have the names that their operators gave them: a family is read off any part of the name, or off `base_model`. */
const O_SERIES: ModelCondition = { name: /o[134]|o_series\//u };
const REASONING_SERIES: ModelCondition = { name: /^(?!(?:.*\/)?[^/]*gpt-5-chat).*gpt-[56]|gpt5_series/u };
/** The reasoning models whose log probabilities are known to be given. */
const LOGPROBS_SERIES: ModelCondition = { name: /(?:^|\/)gpt-5\.[24][^/]*$/u };
const NO_SAMPLING_RULES: ModelCondition = { name: /o[134]|o_series\/|gpt-5.*search|search.*gpt-5/u };
/** They, and no other model of theirs, refuse the old name of the limit. */
const NEW_TOKEN_LIMIT: ModelCondition = { name: /gpt-[56]|gpt5_series/u };

const NO_FORMAT_RULES: ModelCondition = { name: /o[134]|o_series\/|gpt-[56]|gpt5_series/u };

/** Without a date it is the API that OpenAI has too, for all models at one place. */
const UNDATED: ModelCondition = { option: { name: 'api_version', matches: /^(?:preview|latest|v1)$/u } };
const BEFORE_TOOL_CHOICE: ModelCondition = {
  option: { name: 'api_version', matches: /^(?:20[01]\d-\d\d|202[0-2]-\d\d|2023-(?:0\d|1[01]))-/u },
};
const BEFORE_REQUIRED: ModelCondition = { option: { name: 'api_version', matches: /^2024-0[0-5]-/u } };
const BEFORE_FORMATS: ModelCondition = {
  not: NO_FORMAT_RULES,
  option: { name: 'api_version', matches: /^(?:20[01]\d-\d\d|202[0-3]-\d\d|2024-0[0-7])-/u },
};
const OLD_MODEL: ModelCondition = { name: /^(?!.*(?:o[134]|o_series\/|gpt-[56])).*(?:gpt-3[.-]5|gpt-35)/u };

const ERRORS: ErrorRules = {
  shows: 'sentence',
  byStatusAlone: true,
  bySaying: [
    { says: 'Internal server error', className: 'InternalServerError', status: 500 },
    { says: 'DeploymentNotFound', className: 'NotFoundError' },
  ],
  byStatus: { 422: { type: 'invalid_request_error' }, 500: { className: 'APIError' } },
  contentPolicy: [
    'responsibleaipolicyviolation',
    "the response was filtered due to the prompt triggering azure openai's content management",
    'your task failed as a result of our safety system',
    'the model produced invalid content',
    'content_filter_policy',
    'your request was rejected as a result of our safety system',
  ],
};

/** Provider `azure`: OpenAI's models as deployments. Source of its rules: LiteLLM 1.106.2, llms/azure/chat/, read 2026-11-26. */
export const azureRow: ProviderRow = {
  id: 'azure',
  errorName: 'AzureException',
  format: 'openai-chat',
  formats: { 'openai-embeddings': 'openai-embeddings', 'openai-responses': 'openai-responses' },
  baseUrl: undefined,
  keyEnv: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'],
  tokenEnv: ['AZURE_AD_TOKEN', 'AZURE_CLIENT_SECRET', 'AZURE_PASSWORD', 'AZURE_FEDERATED_TOKEN_FILE'],
  baseEnv: ['AZURE_API_BASE'],
  auth: { kind: 'token', issuer: 'azure', key: { kind: 'header', header: 'api-key', scheme: '' } },
  envOptions: { api_version: ['AZURE_API_VERSION'] },
  optionDefaults: { api_version: '2025-02-01-preview' },
  urls: [
    {
      when: UNDATED,
      path: '/openai/v1{path}',
      auth: { kind: 'token', issuer: 'azure', key: { kind: 'header', header: 'authorization', scheme: 'Bearer' } },
    },
    // Cloudflare's gateway names the resource in its own path.
    { when: { base: /gateway\.ai\.cloudflare\.com/u }, path: '/{model}{path}', query: { 'api-version': 'api_version' } },
    { when: { base: /\/openai\/deployments\//u }, path: '{path}', query: { 'api-version': 'api_version' } },
    { path: '/openai/deployments/{model}{path}', query: { 'api-version': 'api_version' } },
  ],
  readsBaseModel: true,
  routePrefix: /^(?:o_series|gpt5_series|responses)\//u,
  params: {
    allow: openaiParams({ plus: ['user'], minus: ['safety_identifier', 'service_tier'] }),
    adjust: [
      { when: REASONING_SERIES, only: openaiParams({ plus: ['reasoning_effort', 'verbosity'], minus: REASONING_REFUSES }) },
      { when: { ...REASONING_SERIES, lacks: 'none_reasoning_effort' }, refuse: ['top_p'] },
      { when: REASONING_SERIES, refuse: ['logprobs', 'top_logprobs'] },
      { when: SEARCH_SERIES, only: [...SEARCH_PARAMS, 'tool_choice'] },
      { when: { ...REASONING_SERIES, ...LOGPROBS_SERIES }, allow: ['logprobs', 'top_logprobs'] },
      { when: O_SERIES, only: openaiParams({ plus: ['reasoning_effort'], minus: O_SERIES_REFUSES }) },
      { when: IN_CATALOG, allow: ['user'] },
    ],
    values: [
      { param: 'max_tokens', when: O_SERIES, as: 'max_completion_tokens' },
      { param: 'max_tokens', when: NEW_TOKEN_LIMIT, as: 'max_completion_tokens' },
      {
        param: 'temperature',
        when: O_SERIES,
        only: {
          values: [1],
          message:
            "O-series models don't support temperature={value}. Only temperature=1 is supported. To drop unsupported openai params " +
            'from the call, set `litellm.drop_params = True`',
        },
      },
      {
        param: 'tool_choice',
        when: { ...BEFORE_TOOL_CHOICE, not: NO_FORMAT_RULES },
        except: {
          message: "Azure takes 'tool_choice' from api_version 2023-12-01-preview on. To drop it, set `litellm.drop_params = True`",
        },
      },
      {
        param: 'tool_choice',
        when: { ...BEFORE_REQUIRED, not: NO_FORMAT_RULES },
        except: {
          values: ['required'],
          message: "Azure takes tool_choice='{value}' from api_version 2024-06-01 on. To drop it, set `litellm.drop_params = True`",
        },
      },
    ],
  },
  chat: {
    sendsStreamFalse: { not: O_SERIES },
    keepsChunks: true,
    keepsRemoteFiles: true,
    keepsFilesUnnamed: { not: O_SERIES },
    keepsDeveloperRole: O_SERIES,
    wholeFor: { name: /^(?!.*o3).*(?:o[14]|o_series\/)/u, lacks: 'native_streaming' },
    request: [
      'known-patterns-only',
      'flat-tool-schemas',
      { name: 'drop-cache-control', when: O_SERIES },
      { name: 'system-as-user', when: { ...O_SERIES, lacks: 'system_messages' } },
      { name: 'reasoning-model-sampling-or-none', when: { ...REASONING_SERIES, not: NO_SAMPLING_RULES } },
      { name: 'json-schema-as-tool', when: BEFORE_FORMATS },
      { name: 'json-schema-as-tool', when: OLD_MODEL },
      { name: 'drop-response-format', when: BEFORE_FORMATS },
      { name: 'drop-response-format', when: OLD_MODEL },
    ],
    response: [
      { name: 'schema-call-as-answer', when: BEFORE_FORMATS },
      { name: 'schema-call-as-answer', when: OLD_MODEL },
    ],
  },
  errors: ERRORS,
  responses: {
    chat: { reasoningHosts: /./u },
    urls: [
      { when: UNDATED, path: '/openai/v1{path}', query: { 'api-version': 'api_version' } },
      { path: '/openai{path}', query: { 'api-version': 'api_version' } },
    ],
    failureLead: 'litellm.APIError: AzureException APIError - ',
    optionDefaults: { api_version: 'preview' },
    refuses: [
      { params: ['context_management'] },
      { when: { name: /o_series/iu }, params: ['temperature'] },
      { when: { name: /^(?!.*gpt)/iu, supports: 'reasoning' }, params: ['temperature'] },
    ],
    readsOwnHistoryOnly: true,
    flatSchemas: FLAT_SCHEMAS,
    dropsStatus: true,
    flattensTools: true,
  },
  completions: { tokens: {} },
  // The reference's client asks for bytes wherever a caller does not say what he wants, and reads the numbers off them.
  embeddings: { tokens: true, params: { allow: EMBEDDINGS_PARAMS, set: { encoding_format: 'base64' } }, errors: ERRORS },
  source: 'https://learn.microsoft.com/en-us/azure/ai-services/openai/reference#chat-completions',
  date: '2026-11-26',
};
