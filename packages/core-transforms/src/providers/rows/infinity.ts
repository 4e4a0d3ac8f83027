import type { ProviderRow } from '../provider-row.ts';

/** Provider `infinity`: a server of one's own, for embeddings alone. Source of its rules: LiteLLM 1.106.2, llms/infinity/embedding/, read 2026-11-29. */
export const infinityRow: ProviderRow = {
  id: 'infinity',
  errorName: 'InfinityException',
  format: 'none',
  formats: { 'openai-embeddings': 'openai-embeddings' },
  baseUrl: undefined,
  keyEnv: ['INFINITY_API_KEY'],
  keyOptional: true,
  baseEnv: [],
  auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
  params: { allow: [] },
  embeddings: { params: { allow: ['dimensions', 'encoding_format'], rename: { dimensions: 'output_dimension' } } },
  errors: { shows: 'whole-body' },
  source: 'https://infinity.modal.michaelfeil.eu/docs',
  date: '2026-11-29',
};
