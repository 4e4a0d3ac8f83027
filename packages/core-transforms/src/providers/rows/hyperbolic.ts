import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `hyperbolic`. */
export const hyperbolicRow: ProviderRow = compatibleRow({
  id: 'hyperbolic',
  formats: { 'openai-completions': 'openai-completions' },
  baseUrl: 'https://api.hyperbolic.xyz/v1',
  keyEnv: ['HYPERBOLIC_API_KEY'],
  baseEnv: ['HYPERBOLIC_API_BASE'],
  params: {
    allow: [
      'frequency_penalty',
      'max_tokens',
      'n',
      'presence_penalty',
      'response_format',
      'seed',
      'stop',
      'stream',
      'temperature',
      'tool_choice',
      'tools',
      'top_p',
      'user',
    ],
  },
  source: 'https://docs.litellm.ai/docs/providers/hyperbolic',
  date: '2026-11-23',
});
