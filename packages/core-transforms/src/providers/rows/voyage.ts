import type { EmbeddingsRules, ProviderRow } from '../provider-row.ts';

const PARAMS: EmbeddingsRules['params'] = { allow: ['dimensions', 'encoding_format'], rename: { dimensions: 'output_dimension' } };

const MULTIMODAL = /multimodal/iu;

/** Provider `voyage`: embeddings alone. Source of its rules: LiteLLM 1.106.2, llms/voyage/embedding/, read 2026-11-29. */
export const voyageRow: ProviderRow = {
  id: 'voyage',
  errorName: 'VoyageException',
  format: 'none',
  formats: { 'openai-embeddings': 'openai-embeddings' },
  // Its models of images take parts of another shape.
  byModel: [{ when: { name: MULTIMODAL }, format: 'none', formats: { 'openai-embeddings': 'voyage-multimodal' } }],
  baseUrl: 'https://api.voyageai.com/v1',
  keyEnv: ['VOYAGE_API_KEY', 'VOYAGE_AI_API_KEY', 'VOYAGE_AI_TOKEN'],
  baseEnv: [],
  auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
  params: { allow: [] },
  embeddings: {
    params: PARAMS,
    byModel: [
      { when: { name: MULTIMODAL }, params: { allow: ['dimensions'], rename: { dimensions: 'output_dimension' } } },
      {
        when: { name: /context/iu },
        path: '/contextualizedembeddings',
        inputName: 'inputs',
        listsInput: true,
        withTexts: {
          set: { enable_auto_chunking: true, chunk_size: 32_000, input_type: 'document' },
          unless: { input_type: 'query' },
        },
      },
    ],
  },
  errors: { shows: 'whole-body' },
  source: 'https://docs.voyageai.com/reference/embeddings-api',
  date: '2026-11-29',
};
