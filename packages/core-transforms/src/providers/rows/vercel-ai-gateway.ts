import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `vercel_ai_gateway`. */
export const vercelAiGatewayRow: ProviderRow = compatibleRow({
  id: 'vercel_ai_gateway',
  formats: { 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'https://ai-gateway.vercel.sh/v1',
  keyEnv: ['VERCEL_AI_GATEWAY_API_KEY'],
  baseEnv: ['VERCEL_AI_GATEWAY_API_BASE'],
  embeddings: { listsInput: true },
  source: 'https://docs.litellm.ai/docs/providers/vercel_ai_gateway',
  date: '2026-11-23',
});
