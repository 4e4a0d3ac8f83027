import { API_ERROR, compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `huggingface`: the router, and dedicated endpoints by `api_base`. */
export const huggingfaceRow: ProviderRow = compatibleRow({
  id: 'huggingface',
  formats: { 'openai-embeddings': 'huggingface-embed' },
  baseUrl: 'https://router.huggingface.co/v1',
  keyEnv: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'],
  baseEnv: ['HF_API_BASE', 'HUGGINGFACE_API_BASE'],
  baseEnding: '/v1',
  // The reference passes its own number of retries on to the endpoint.
  params: { set: { max_retries: 0 } },
  chat: {
    sendsStreamFalse: {},
    losesFingerprint: true,
    keepsToolImages: true,
    keepsUserParts: true,
    request: [],
    chunk: ['reasoning-as-reasoning-content'],
  },
  completions: { besideEcho: { top_n_tokens: 3 } },
  embeddings: { baseUrl: 'https://router.huggingface.co/hf-inference/pipeline', params: { allow: [] } },
  errors: {
    ...WHOLE_BODY_ERRORS,
    typesStreamErrors: false,
    byStatus: { 404: API_ERROR, 422: API_ERROR, 500: API_ERROR, 502: API_ERROR, 504: API_ERROR },
  },
  source: 'https://huggingface.co/docs/inference-providers/tasks/chat-completion',
  date: '2026-11-23',
});
