import { ANTHROPIC_PARAMS, ANTHROPIC_THINKING } from '../anthropic-params.ts';
import { GEMINI_PARAMS, GEMINI_THINKING, GOOGLE_EMBEDDINGS, NEW_GEMINI } from '../gemini-rules.ts';
import type { ModelCondition, ParamAdjustment, ProviderRow } from '../provider-row.ts';
import { CHAT_PARTNERS, OPEN_PARTNERS } from '../vertex-partners.ts';

const CLAUDE: ModelCondition = { name: /claude/u };

/** By Anthropic's rules for its models, by Gemini's for all others; partners that chat have rules of their own. */
const ADJUST: readonly ParamAdjustment[] = [
  { when: CLAUDE, only: ANTHROPIC_PARAMS },
  ...ANTHROPIC_THINKING.map((adjustment) => ({ ...adjustment, when: { ...CLAUDE, ...adjustment.when } })),
  ...GEMINI_THINKING.map((adjustment) => ({ ...adjustment, when: { ...adjustment.when, not: CLAUDE } })),
  { when: { ...NEW_GEMINI, not: CLAUDE }, refuse: ['frequency_penalty', 'presence_penalty'] },
  { when: { name: /^gemini-2\.5-pro-preview-06-05$/u }, refuse: ['frequency_penalty', 'presence_penalty'] },
];

/** Google's Vertex AI: its own models, and partners' in their own dialects. */
export const vertexAiRow: ProviderRow = {
  id: 'vertex_ai',
  errorName: 'Vertex_aiException',
  format: 'none',
  formats: { 'openai-embeddings': 'vertex-embed' },
  byModel: [
    { when: { name: /multimodalembedding/iu }, format: 'none' },
    { when: { name: /bge/iu }, format: 'none', formats: { 'openai-embeddings': 'vertex-embed' } },
    {
      when: CLAUDE,
      format: 'vertex-anthropic',
      formats: { 'anthropic-count-tokens': 'vertex-count-tokens' },
    },
    { when: { name: CHAT_PARTNERS }, format: 'vertex-chat' },
    { when: { name: /^gemini-embedding-2/u }, format: 'gemini-generate', formats: { 'openai-embeddings': 'gemini-embed' } },
    { when: { name: /gemini|^\d+$/u }, format: 'gemini-generate', formats: { 'openai-embeddings': 'vertex-embed' } },
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
  params: { allow: [...GEMINI_PARAMS, 'top_logprobs', 'audio'], adjust: ADJUST },
  generate: { cloud: true },
  chat: { countsGiven: OPEN_PARTNERS },
  embeddings: GOOGLE_EMBEDDINGS,
  errors: { shows: 'whole-body' },
  source: 'https://docs.claude.com/en/api/claude-on-vertex-ai and LiteLLM 1.106.2, llms/vertex_ai',
  date: '2026-11-23',
};
