import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `nscale`. */
export const nscaleRow: ProviderRow = compatibleRow({
  id: 'nscale',
  baseUrl: 'https://inference.api.nscale.com/v1',
  keyEnv: ['NSCALE_API_KEY'],
  baseEnv: ['NSCALE_API_BASE'],
  params: {
    allow: [
      'frequency_penalty',
      'logit_bias',
      'logprobs',
      'max_tokens',
      'n',
      'presence_penalty',
      'response_format',
      'stop',
      'stream',
      'temperature',
      'top_logprobs',
      'top_p',
    ],
  },
  source: 'https://docs.litellm.ai/docs/providers/nscale',
  date: '2026-11-23',
});
