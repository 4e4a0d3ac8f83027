import { compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `cometapi`. */
export const cometapiRow: ProviderRow = compatibleRow({
  id: 'cometapi',
  formats: { 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'https://api.cometapi.com/v1',
  keyEnv: ['COMETAPI_KEY'],
  baseEnv: ['COMETAPI_API_BASE'],
  baseEnding: '/v1',
  chat: { sendsStreamFalse: {}, losesFingerprint: true, chunk: ['reasoning-as-reasoning-content', 'drop-service-tier'] },
  errors: WHOLE_BODY_ERRORS,
  source: 'https://docs.litellm.ai/docs/providers/cometapi',
  date: '2026-11-23',
});
