import { GEMINI_PARAMS, GEMINI_THINKING, GOOGLE_EMBEDDINGS } from '../gemini-rules.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Google AI Studio: Gemini by API key. */
export const geminiRow: ProviderRow = {
  id: 'gemini',
  errorName: 'GeminiException',
  format: 'gemini-generate',
  formats: { 'openai-embeddings': 'gemini-embed' },
  baseUrl: 'https://generativelanguage.googleapis.com',
  keyEnv: ['GOOGLE_API_KEY', 'GEMINI_API_KEY', 'PALM_API_KEY'],
  baseEnv: ['GEMINI_API_BASE'],
  auth: { kind: 'header', header: 'x-goog-api-key', scheme: '' },
  params: {
    allow: GEMINI_PARAMS,
    adjust: [...GEMINI_THINKING, { when: { name: /tts/u }, allow: ['audio'] }],
  },
  embeddings: GOOGLE_EMBEDDINGS,
  errors: { shows: 'whole-body' },
  source: 'https://ai.google.dev/api/generate-content and LiteLLM 1.106.2, llms/gemini',
  date: '2026-11-26',
};
