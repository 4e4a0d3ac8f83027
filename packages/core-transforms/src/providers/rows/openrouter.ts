import { API_ERROR, compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Models behind which `cache_control` means something. */
const CACHING = /claude|gemini|minimax|glm|z-ai/iu;

/** Provider `openrouter`. */
export const openrouterRow: ProviderRow = compatibleRow({
  id: 'openrouter',
  baseUrl: 'https://openrouter.ai/api/v1',
  keyEnv: ['OPENROUTER_API_KEY', 'OR_API_KEY'],
  baseEnv: ['OPENROUTER_API_BASE'],
  params: {
    allow: openaiParams({ plus: ['reasoning_effort', 'thinking'] }),
    values: [{ param: 'reasoning_effort', replace: { max: 'xhigh' } }],
    // Without it the provider does not say what the call cost.
    set: { usage: { include: true } },
  },
  chat: {
    sendsStreamFalse: {},
    losesFingerprint: true,
    keepsToolImages: true,
    request: [
      { name: 'cache-control-on-last-part', when: { name: CACHING } },
      { name: 'drop-cache-control', when: { not: { name: CACHING } } },
      'tool-images-to-user',
    ],
    chunk: ['drop-service-tier', 'reasoning-beside-reasoning-content'],
  },
  formats: { 'openai-embeddings': 'openai-embeddings', 'openai-responses': 'openai-responses' },
  errors: { ...WHOLE_BODY_ERRORS, typesStreamErrors: false, byStatus: { 500: API_ERROR, 502: API_ERROR } },
  embeddings: { listsInput: true },
  source: 'https://openrouter.ai/docs/api-reference/overview',
  date: '2026-11-23',
});
