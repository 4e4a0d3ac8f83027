import { compatibleRow, OLD_TOKEN_LIMIT, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Models that search the web by themselves. */
const COMPOUND = /^(?:groq\/)?compound(?:-mini)?$/u;

/** Provider `groq`. */
export const groqRow: ProviderRow = compatibleRow({
  id: 'groq',
  baseUrl: 'https://api.groq.com/openai/v1',
  keyEnv: ['GROQ_API_KEY'],
  baseEnv: ['GROQ_API_BASE'],
  params: {
    allow: openaiParams({ minus: ['web_search_options'] }),
    adjust: [
      { when: { name: COMPOUND }, allow: ['web_search_options'] },
      { when: { supports: 'web_search' }, allow: ['web_search_options'] },
      { when: { supports: 'reasoning' }, allow: ['reasoning_effort'] },
    ],
    rename: OLD_TOKEN_LIMIT,
  },
  chat: {
    sendsStreamFalse: {},
    losesFingerprint: true,
    keepsMessages: true,
    wholeWith: ['response_format'],
    request: [
      'drop-null-members',
      'drop-cache-control',
      { name: 'json-schema-or-tools', when: { lacks: 'response_schema' } },
      { name: 'json-schema-as-tool', when: { lacks: 'response_schema' } },
      { name: 'drop-web-search', when: { name: COMPOUND } },
      'web-search-as-browser-tool',
    ],
    response: ['schema-call-as-content', 'known-service-tier', 'count-browser-tools'],
    chunk: ['reasoning-as-reasoning-content'],
  },
  errors: { ...WHOLE_BODY_ERRORS, typesStreamErrors: false },
  source: 'https://console.groq.com/docs/api-reference',
  date: '2026-11-23',
});
