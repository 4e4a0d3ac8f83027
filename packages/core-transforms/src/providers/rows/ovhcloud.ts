import { compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `ovhcloud`. */
export const ovhcloudRow: ProviderRow = compatibleRow({
  id: 'ovhcloud',
  baseUrl: 'https://oai.endpoints.kepler.ai.cloud.ovh.net/v1',
  keyEnv: ['OVHCLOUD_API_KEY'],
  baseEnv: ['OVHCLOUD_API_BASE'],
  chat: { sendsStreamFalse: {}, losesFingerprint: true, chunk: ['reasoning-as-reasoning-content'] },
  errors: WHOLE_BODY_ERRORS,
  source: 'https://docs.litellm.ai/docs/providers/ovhcloud',
  date: '2026-11-29',
});
