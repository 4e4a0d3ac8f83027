import { compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `hosted_vllm`. It has no host of its own: without `api_base` a call is refused, never sent to OpenAI's host. */
export const hostedVllmRow: ProviderRow = compatibleRow({
  id: 'hosted_vllm',
  baseUrl: undefined,
  keyEnv: ['HOSTED_VLLM_API_KEY'],
  keyOptional: true,
  baseEnv: ['HOSTED_VLLM_API_BASE'],
  params: { allow: openaiParams({ plus: ['reasoning_effort', 'thinking'] }) },
  chat: {
    sendsStreamFalse: {},
    losesFingerprint: true,
    request: [
      'loosen-tool-schemas',
      'drop-tool-strict',
      'custom-tools-as-functions',
      'thinking-as-effort',
      'drop-thinking-blocks',
      'plain-assistant-content',
      'video-files-as-urls',
      'drop-cache-control',
    ],
    chunk: ['reasoning-as-reasoning-content'],
  },
  formats: { 'openai-completions': 'openai-completions', 'openai-embeddings': 'openai-embeddings', 'openai-responses': 'openai-responses' },
  responses: { baseEnding: '/v1' },
  errors: WHOLE_BODY_ERRORS,
  embeddings: { tokens: true, listsInput: true },
  source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
  date: '2026-11-23',
});
