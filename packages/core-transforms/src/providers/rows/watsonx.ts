import { compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import type { ModelCondition, ProviderRow } from '../provider-row.ts';

/** Models that an operator deployed: they know their project themselves. */
const DEPLOYED: ModelCondition = { name: /^deployment\//u };

/** Provider `watsonx`: IBM's models by project or space, and deployments. Source of its rules: LiteLLM 1.106.2, llms/watsonx/chat/, read 2026-11-26. */
export const watsonxRow: ProviderRow = compatibleRow({
  id: 'watsonx',
  formats: { 'openai-embeddings': 'watsonx-embed' },
  baseUrl: undefined,
  keyEnv: ['WX_API_KEY', 'WATSONX_API_KEY', 'WATSONX_APIKEY', 'WATSONX_ZENAPIKEY'],
  tokenEnv: ['WATSONX_TOKEN'],
  baseEnv: ['WATSONX_API_BASE', 'WATSONX_URL', 'WX_URL', 'WML_URL'],
  auth: { kind: 'token', issuer: 'ibm' },
  envOptions: {
    project_id: ['WATSONX_PROJECT_ID', 'WX_PROJECT_ID', 'PROJECT_ID'],
    space_id: ['WATSONX_DEPLOYMENT_SPACE_ID', 'WATSONX_SPACE_ID', 'WX_SPACE_ID', 'SPACE_ID'],
  },
  optionDefaults: { api_version: '2024-03-13' },
  path: '/text/chat',
  streamPath: '/text/chat_stream',
  urls: [
    { when: DEPLOYED, path: '/ml/v1/deployments/{model}{path}', query: { version: 'api_version' } },
    { path: '/ml/v1{path}', query: { version: 'api_version' } },
  ],
  routePrefix: /^deployment\//u,
  params: {
    allow: [
      'frequency_penalty',
      'logprobs',
      'max_tokens',
      'n',
      'presence_penalty',
      'reasoning_effort',
      'response_format',
      'seed',
      'stop',
      'stream',
      'temperature',
      'tool_choice',
      'tools',
      'top_logprobs',
      'top_p',
    ],
    // Also where others leave it out: on any route, and whatever the client says.
    set: { stream: false },
  },
  chat: {
    losesFingerprint: true,
    keepsMessages: true,
    request: ['refuse-generation-params', 'loosen-tool-schemas', 'drop-tool-strict', 'tool-choice-option', 'model-in-project'],
    chunk: ['chunks-made-anew', 'drop-service-tier'],
  },
  embeddings: { params: { allow: [] } },
  errors: {
    ...WHOLE_BODY_ERRORS,
    classesByStatus: true,
    typesStreamErrors: false,
    byStatusAlone: true,
    bySaying: [
      { says: 'token_quota_reached', className: 'RateLimitError', status: 429 },
      { says: 'The server received an invalid response from an upstream server.', className: 'InternalServerError', status: 500 },
      { says: 'model_no_support_for_function', className: 'BadRequestError', status: 400 },
    ],
    byStatus: { 422: { status: 400 }, 424: { status: 400 } },
  },
  source: 'https://cloud.ibm.com/apidocs/watsonx-ai#text-chat',
  date: '2026-11-26',
});
