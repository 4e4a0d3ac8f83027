import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `featherless_ai`. */
export const featherlessAiRow: ProviderRow = compatibleRow({
  id: 'featherless_ai',
  formats: { 'openai-completions': 'openai-completions' },
  baseUrl: 'https://api.featherless.ai/v1',
  keyEnv: ['FEATHERLESS_AI_API_KEY', 'FEATHERLESS_API_KEY'],
  baseEnv: ['FEATHERLESS_AI_API_BASE', 'FEATHERLESS_API_BASE'],
  params: {
    allow: [
      'frequency_penalty',
      'function_call',
      'functions',
      'logit_bias',
      'max_completion_tokens',
      'max_tokens',
      'n',
      'presence_penalty',
      'stop',
      'stream',
      'temperature',
      'top_p',
    ],
    rename: OLD_TOKEN_LIMIT,
  },
  source: 'https://docs.litellm.ai/docs/providers/featherless_ai',
  date: '2026-11-23',
});
