import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `clarifai`. */
export const clarifaiRow: ProviderRow = compatibleRow({
  id: 'clarifai',
  baseUrl: 'https://api.clarifai.com/v2/ext/openai/v1',
  keyEnv: ['CLARIFAI_API_KEY'],
  modelAddress: { from: /^([^./]+)\.([^./]+)\.([^./]+)$/u, to: 'https://clarifai.com/$1/$2/models/$3' },
  params: {
    allow: [
      'frequency_penalty',
      'max_completion_tokens',
      'max_tokens',
      'presence_penalty',
      'response_format',
      'stream',
      'stream_options',
      'temperature',
      'tool_choice',
      'tools',
      'top_p',
    ],
  },
  source: 'https://docs.litellm.ai/docs/providers/clarifai',
  date: '2026-11-23',
});
