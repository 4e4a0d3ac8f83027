import type { ProviderRow } from '../provider-row.ts';

/** Provider `text-completion-inception`: fills in the middle. */
export const textCompletionInceptionRow: ProviderRow = {
  id: 'text-completion-inception',
  errorName: 'Text-completion-inceptionException',
  format: 'openai-completions',
  baseUrl: 'https://api.inceptionlabs.ai/v1',
  keyEnv: ['INCEPTION_API_KEY'],
  baseEnv: ['INCEPTION_API_BASE'],
  baseEnding: '/fim',
  auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
  params: {
    allow: ['frequency_penalty', 'max_completion_tokens', 'max_tokens', 'presence_penalty', 'stop', 'stream_options', 'top_p'],
    rename: { max_completion_tokens: 'max_tokens' },
  },
  source: 'https://docs.inceptionlabs.ai/capabilities/code-editing',
  date: '2026-11-27',
};
