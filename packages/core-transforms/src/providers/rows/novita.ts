import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `novita`. */
export const novitaRow: ProviderRow = compatibleRow({
  id: 'novita',
  baseUrl: 'https://api.novita.ai/v3/openai',
  keyEnv: ['NOVITA_API_KEY'],
  baseEnv: ['NOVITA_API_BASE'],
  source: 'https://docs.litellm.ai/docs/providers/novita',
  date: '2026-11-23',
});
