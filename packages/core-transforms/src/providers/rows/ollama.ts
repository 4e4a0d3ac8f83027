import { WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `ollama`: models that users run themselves, through Ollama's generate API. Functions are described in the prompt. */
export const ollamaRow: ProviderRow = {
  id: 'ollama',
  errorName: 'OllamaException',
  format: 'ollama-generate',
  formats: { 'openai-embeddings': 'ollama-embed' },
  baseUrl: 'http://localhost:11434',
  keyEnv: ['OLLAMA_API_KEY'],
  keyOptional: true,
  baseEnv: ['OLLAMA_API_BASE'],
  auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
  params: {
    allow: [
      'frequency_penalty',
      'functions',
      'max_completion_tokens',
      'max_tokens',
      'reasoning_effort',
      'response_format',
      'seed',
      'stop',
      'stream',
      'temperature',
      'tool_choice',
      'tools',
      'top_p',
    ],
    rename: { max_tokens: 'num_predict', max_completion_tokens: 'num_predict' },
  },
  chat: { streamUsage: 'never', keepsToolImages: true, keepsRemoteFiles: true },
  embeddings: { params: { allow: ['dimensions'] } },
  errors: { ...WHOLE_BODY_ERRORS, typesStreamErrors: false, classesByStatus: true },
  source: 'https://docs.ollama.com/api/generate',
  date: '2026-11-27',
};
