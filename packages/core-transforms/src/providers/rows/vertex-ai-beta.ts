import type { ProviderRow } from '../provider-row.ts';
import { vertexAiRow } from './vertex-ai.ts';

const { byModel: _byModel, formats: _formats, ...cloud } = vertexAiRow;

/** Vertex AI by the name under which every model is asked as Gemini is. */
export const vertexAiBetaRow: ProviderRow = {
  ...cloud,
  id: 'vertex_ai_beta',
  errorName: 'Vertex_ai_betaException',
  format: 'gemini-generate',
  source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference and LiteLLM 1.106.2, main.py',
  date: '2026-11-27',
};
