import { ANTHROPIC_PARAMS, ANTHROPIC_THINKING } from '../anthropic-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Google's Vertex AI: its own models, and partners' in their own dialects. */
export const vertexAiRow: ProviderRow = {
  id: 'vertex_ai',
  errorName: 'Vertex_aiException',
  format: 'none',
  byModel: [
    {
      when: { name: /claude/u },
      format: 'vertex-anthropic',
      formats: { 'anthropic-count-tokens': 'vertex-count-tokens' },
    },
  ],
  baseUrl: 'https://us-central1-aiplatform.googleapis.com',
  keyEnv: [],
  keyOptional: true,
  baseEnv: [],
  envOptions: {
    default_project: ['VERTEXAI_PROJECT'],
    default_location: ['VERTEXAI_LOCATION', 'VERTEX_LOCATION'],
  },
  auth: { kind: 'token', issuer: 'google' },
  params: { allow: ANTHROPIC_PARAMS, adjust: ANTHROPIC_THINKING },
  errors: { shows: 'whole-body' },
  source: 'https://docs.claude.com/en/api/claude-on-vertex-ai and LiteLLM 1.106.2, llms/vertex_ai',
  date: '2026-11-23',
};
