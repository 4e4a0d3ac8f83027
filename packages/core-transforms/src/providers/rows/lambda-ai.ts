import { OLD_TOKEN_LIMIT, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `lambda_ai`. */
export const lambdaAiRow: ProviderRow = compatibleRow({
  id: 'lambda_ai',
  formats: { 'openai-completions': 'openai-completions' },
  baseUrl: 'https://api.lambda.ai/v1',
  keyEnv: ['LAMBDA_API_KEY'],
  baseEnv: ['LAMBDA_API_BASE'],
  params: { rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/lambda_ai',
  date: '2026-11-23',
});
