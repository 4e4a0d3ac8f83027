import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `tencent`. */
export const tencentRow: ProviderRow = compatibleRow({
  id: 'tencent',
  baseUrl: 'https://tokenhub-intl.tencentcloudmaas.com/v1',
  keyEnv: ['TENCENT_API_KEY'],
  baseEnv: ['TENCENT_API_BASE'],
  source: 'https://docs.litellm.ai/docs/providers/tencent',
  date: '2026-11-23',
});
