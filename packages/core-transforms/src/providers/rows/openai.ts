import { EMBEDDINGS_PARAMS, OPENAI_COMPLETIONS_PARAMS, openaiParams } from '../common-params.ts';
import {
  FLAT_SCHEMAS,
  IN_CATALOG,
  NEW_TOKEN_LIMIT,
  O_SERIES,
  OPENAI_FAMILIES,
  REASONING_SERIES,
  SEARCH_PARAMS,
  SEARCH_SERIES,
} from '../openai-families.ts';
import type { ModelFormats, ProviderRow } from '../provider-row.ts';

const FORMATS: ModelFormats['formats'] = {
  'anthropic-count-tokens': 'openai-responses',
  'anthropic-messages': 'openai-responses',
  'openai-embeddings': 'openai-embeddings',
  'openai-responses': 'openai-responses',
};

/** Provider `openai`. What each model family takes: LiteLLM 1.106.2, llms/openai/chat/, read 2026-11-23. */
export const openaiRow: ProviderRow = {
  id: 'openai',
  errorName: 'OpenAIException',
  format: 'openai-chat',
  formats: FORMATS,
  byModel: [
    { when: { name: /ft:(?:babbage|davinci)-002/u }, format: 'openai-completions', formats: FORMATS },
    // A model that OpenAI does not have is another server's: it is thought to complete prompts as well as it chats.
    { when: { known: false }, format: 'openai-chat', formats: { ...FORMATS, 'openai-completions': 'openai-completions' } },
  ],
  baseUrl: 'https://api.openai.com/v1',
  keyEnv: ['OPENAI_API_KEY'],
  baseEnv: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
  routePrefix: /^responses\//u,
  auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
  params: {
    allow: openaiParams(),
    adjust: [
      { when: { name: /^gpt-(?:3\.5-turbo-16k|4)$/u }, refuse: ['response_format'] },
      { when: IN_CATALOG, allow: ['user'] },
      { when: { not: IN_CATALOG }, allow: ['reasoning_effort'] },
      ...OPENAI_FAMILIES,
      { when: { ...REASONING_SERIES, lacks: 'tool_choice' }, refuse: ['tool_choice'] },
      { when: SEARCH_SERIES, only: SEARCH_PARAMS },
    ],
    values: [
      ...NEW_TOKEN_LIMIT,
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
    ],
  },
  chat: {
    countsAtHome: true,
    keepsDeveloperRole: O_SERIES,
    request: [
      'drop-cache-control-at-home',
      'known-patterns-only',
      'flat-tool-schemas-at-home',
      { name: 'system-as-user', when: { ...O_SERIES, lacks: 'system_messages' } },
      { name: 'reasoning-model-sampling', when: { ...REASONING_SERIES, not: SEARCH_SERIES } },
    ],
  },
  completions: { tokens: { known: false }, params: { allow: OPENAI_COMPLETIONS_PARAMS } },
  embeddings: {
    tokens: true,
    params: { allow: EMBEDDINGS_PARAMS, adjust: [{ when: { not: { name: /text-embedding-3/u } }, refuse: ['dimensions'] }] },
  },
  responses: {
    chat: { reasoningHosts: /^https:\/\/(?:[^/]*\.)?api\.openai\.com(?:[:/]|$)/u },
    gatesReasoning: true,
    readsOwnHistoryOnly: true,
    flatSchemas: FLAT_SCHEMAS,
  },
  source: 'https://platform.openai.com/docs/api-reference/chat/create',
  date: '2026-11-23',
};
