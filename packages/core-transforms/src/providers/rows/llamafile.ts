import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `llamafile`. */
export const llamafileRow: ProviderRow = compatibleRow({
  id: 'llamafile',
  formats: { 'openai-completions': 'openai-completions', 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'http://127.0.0.1:8080/v1',
  keyEnv: ['LLAMAFILE_API_KEY'],
  keyOptional: true,
  baseEnv: ['LLAMAFILE_API_BASE'],
  source: 'https://github.com/mozilla-ai/llamafile#json-api-quickstart',
  date: '2026-11-23',
});
