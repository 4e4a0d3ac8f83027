import { ANTHROPIC_PARAMS, ANTHROPIC_THINKING } from '../anthropic-params.ts';
import { compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import { NEW_TOKEN_LIMIT, OPENAI_FAMILIES, REASONING_SERIES, SEARCH_SERIES } from '../openai-families.ts';
import type { MessagesRules, ModelCondition, ProviderRow } from '../provider-row.ts';

const OPENAI_MODEL: ModelCondition = { name: /^(?:gpt-|o\d|chatgpt-|davinci|babbage)/u, known: true };

/** Hosts of whole resources, which take the key in Azure's way; other hosts serve one model each. */
const RESOURCE_HOST: ModelCondition = { base: /^https?:\/\/[^/?#]*\.(?:services\.ai|openai)\.azure\.com(?:[:/?#]|$)/iu };
const MODELS_HOST: ModelCondition = { base: /services\.ai\.azure\.com/u };
const API_KEY = { kind: 'token', issuer: 'azure', key: { kind: 'header', header: 'api-key', scheme: '' } } as const;

/** What is no model but a way to some: those have no responses API. */
const ROUTED: ModelCondition = { name: /agents\/|model[_-]router/iu };
const CLAUDE: ModelCondition = { name: /claude/u };
const ANTHROPIC_KEY = { kind: 'token', issuer: 'azure', key: { kind: 'header', header: 'x-api-key', scheme: '' } } as const;

/** Anthropic's models stand beside the others, and take what Anthropic takes. Source: LiteLLM 1.106.2, llms/azure_ai/anthropic, read 2026-11-27. */
const ANTHROPIC_COPY: MessagesRules = {
  baseEnding: /\/anthropic\b.*$/u,
  path: '/anthropic/v1/messages',
  auth: ANTHROPIC_KEY,
  chatAuth: { ...ANTHROPIC_KEY, key: { ...ANTHROPIC_KEY.key, also: 'api-key' } },
  dropsBillingNote: true,
  liftsSystem: true,
  dropsCacheScope: true,
  mergesExtraBody: true,
  betas: [
    'advanced-tool-use-2025-11-20',
    'code-execution-2025-05-22',
    'code-execution-2025-08-25',
    'computer-use-2025-01-24',
    'computer-use-2025-11-24',
    'context-1m-2025-08-07',
    'context-management-2025-06-27',
    'dangerous-tool-use-2026-09-03',
    'effort-2025-11-24',
    'files-api-2025-04-14',
    'interleaved-thinking-2025-05-14',
    'mcp-client-2025-04-04',
    'mcp-client-2025-11-20',
    'per-turn-control-2026-07-01',
    'prompt-caching-scope-2026-01-05',
    'skills-2025-10-02',
    'structured-outputs-2025-11-13',
    'thinking-display-updates-2026-08-18',
    'web-fetch-2025-09-10',
    'web-search-2025-03-05',
  ],
  unaskedBetas: ['advanced-tool-use-2025-11-20', 'code-execution-2025-08-25', 'effort-2025-11-24', 'skills-2025-10-02'],
};

/** Provider `azure_ai`: models of many makers in Azure AI Foundry. Source of its rules: LiteLLM 1.106.2, llms/azure_ai/chat/, read 2026-11-26. */
export const azureAiRow: ProviderRow = compatibleRow({
  id: 'azure_ai',
  errorName: 'Azure_aiException',
  baseUrl: undefined,
  keyEnv: ['AZURE_AI_API_KEY'],
  tokenEnv: ['AZURE_AD_TOKEN', 'AZURE_CLIENT_SECRET', 'AZURE_PASSWORD', 'AZURE_FEDERATED_TOKEN_FILE'],
  baseEnv: ['AZURE_AI_API_BASE'],
  auth: { kind: 'token', issuer: 'azure', key: { kind: 'header', header: 'authorization', scheme: 'Bearer' } },
  urls: [
    { when: MODELS_HOST, path: '/models{path}', query: { 'api-version': 'api_version' }, auth: API_KEY },
    { when: RESOURCE_HOST, path: '{path}', query: { 'api-version': 'api_version' }, auth: API_KEY },
    { path: '{path}', query: { 'api-version': 'api_version' } },
  ],
  formats: { 'openai-embeddings': 'openai-embeddings' },
  byModel: [
    { when: CLAUDE, format: 'anthropic-messages', formats: { 'anthropic-count-tokens': 'anthropic-count-tokens' } },
    {
      when: { ...RESOURCE_HOST, not: ROUTED },
      format: 'openai-chat',
      formats: { 'openai-embeddings': 'openai-embeddings', 'openai-responses': 'openai-responses' },
    },
  ],
  responses: {
    chat: { when: RESOURCE_HOST },
    urls: [{ path: '/openai/v1{path}', auth: API_KEY }],
    refuses: [{ params: ['context_management'] }, { when: { name: /^(?!.*gpt)/iu, supports: 'reasoning' }, params: ['temperature'] }],
    readsOwnHistoryOnly: true,
    dropsStatus: true,
    flattensTools: true,
  },
  embeddings: { images: 'apart', urls: [{ when: MODELS_HOST, path: '/models{path}' }, { path: '{path}' }] },
  messages: ANTHROPIC_COPY,
  routePrefix: /^.*?model[_-]router\//u,
  params: {
    adjust: [
      { when: { name: /^gpt-(?:3\.5-turbo-16k|4)$/u }, refuse: ['response_format'] },
      { when: OPENAI_MODEL, allow: ['user'] },
      ...OPENAI_FAMILIES,
      { when: { lacks: 'tool_choice' }, refuse: ['tool_choice'] },
      { when: { name: /grok-3-mini|grok-4|grok-code-fast/u }, refuse: ['stop'] },
      { when: CLAUDE, only: ANTHROPIC_PARAMS },
      ...ANTHROPIC_THINKING.map((more) => ({ ...more, when: { ...CLAUDE, ...more.when } })),
    ],
    values: NEW_TOKEN_LIMIT,
  },
  chat: {
    sendsStreamFalse: {},
    keepsToolImages: true,
    keepsUserParts: true,
    request: [
      'drop-thinking-blocks',
      'drop-reasoning-content',
      'drop-provider-fields',
      'drop-provider-fields-of-calls',
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
