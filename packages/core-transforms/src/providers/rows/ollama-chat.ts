import { WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `ollama_chat`: models of one's own, by Ollama's chat API. */
export const ollamaChatRow: ProviderRow = {
  id: 'ollama_chat',
  errorName: 'Ollama_chatException',
  format: 'ollama-chat',
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
    rename: { max_tokens: 'num_predict', max_completion_tokens: 'num_predict', frequency_penalty: 'repeat_penalty' },
  },
  chat: { streamUsage: 'never', keepsToolImages: true, keepsRemoteFiles: true },
  errors: { ...WHOLE_BODY_ERRORS, typesStreamErrors: false, classesByStatus: true },
  source: 'https://docs.ollama.com/api/chat',
  date: '2026-11-27',
};
