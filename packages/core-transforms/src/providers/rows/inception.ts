import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `inception`. */
export const inceptionRow: ProviderRow = compatibleRow({
  id: 'inception',
  baseUrl: 'https://api.inceptionlabs.ai/v1',
  keyEnv: ['INCEPTION_API_KEY'],
  baseEnv: ['INCEPTION_API_BASE'],
  params: {
    allow: [
      'diffusing',
      'max_completion_tokens',
      'max_tokens',
      'realtime',
      'reasoning_effort',
      'reasoning_summary',
      'reasoning_summary_wait',
      'response_format',
      'stop',
      'stream',
      'stream_options',
      'temperature',
      'tool_choice',
      'tools',
    ],
    rename: OLD_TOKEN_LIMIT,
  },
  source: 'https://docs.litellm.ai/docs/providers/inception',
  date: '2026-11-23',
});
