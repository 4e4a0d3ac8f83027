import type { ProviderRow } from '../provider-row.ts';

/** Provider `text-completion-codestral`: fills in the middle. Its answers are shaped as those of Mistral's chat. */
export const textCompletionCodestralRow: ProviderRow = {
  id: 'text-completion-codestral',
  errorName: 'Text-completion-codestralException',
  format: 'openai-completions',
  baseUrl: 'https://codestral.mistral.ai/v1',
  keyEnv: ['CODESTRAL_API_KEY'],
  baseEnv: [],
  auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
  params: {
    allow: ['max_completion_tokens', 'max_tokens', 'seed', 'stop', 'temperature', 'top_p'],
    rename: { max_completion_tokens: 'max_tokens', seed: 'random_seed' },
  },
  completions: {
    path: '/fim/completions',
    prompts: { joinedBy: ' ' },
    answersMessages: true,
  },
  source: 'https://docs.mistral.ai/api/endpoint/fim',
  date: '2026-11-27',
};
