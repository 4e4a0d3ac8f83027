import type { ProviderRow } from '../provider-row.ts';

/** Provider `jina_ai`: embeddings alone. Source of its rules: LiteLLM 1.106.2, llms/jina_ai/embedding/, read 2026-11-29. */
export const jinaAiRow: ProviderRow = {
  id: 'jina_ai',
  errorName: 'Jina_aiException',
  format: 'none',
  formats: { 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'https://api.jina.ai/v1',
  keyEnv: ['JINA_AI_API_KEY', 'JINA_API_KEY', 'JINA_AI_TOKEN'],
  baseEnv: ['JINA_AI_API_BASE'],
  auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
  params: { allow: [] },
  embeddings: { params: { allow: ['dimensions'] }, listsInput: true, images: 'marked', appendsPath: true },
  errors: { shows: 'whole-body' },
  source: 'https://api.jina.ai/redoc#tag/embeddings',
  date: '2026-11-29',
};
