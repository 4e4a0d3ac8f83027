import { compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

const TOOL_CALLING = ['tools', 'tool_choice', 'function_call'];

/** Models that always think, as much as asked. */
const ADJUSTABLE = /^openai\/gpt-oss-(?:120b|20b)$/u;

/** Models that think when asked, and know high and max alone. */
const HIGH_OR_MAX = /^deepseek-ai\/DeepSeek-V4-Pro/u;

/** Models that think when asked, known to or not to the facts. */
const HYBRID =
  /^(?:MiniMaxAI\/MiniMax-M3|Qwen\/Qwen3\.5-9B|Qwen\/Qwen3\.6-Plus|moonshotai\/Kimi-K3|nvidia\/nemotron-3-ultra-550b-a55b|zai-org\/GLM-5\.2)$/u;

/** Provider `together_ai`. */
export const togetherAiRow: ProviderRow = compatibleRow({
  id: 'together_ai',
  formats: { 'openai-completions': 'openai-completions', 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'https://api.together.ai/v1',
  keyEnv: ['TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY', 'TOGETHERAI_API_KEY', 'TOGETHER_AI_TOKEN'],
  baseEnv: ['TOGETHER_AI_API_BASE'],
  params: {
    adjust: [
      { when: { refuses: 'function_calling' }, refuse: TOOL_CALLING },
      { when: { refuses: 'response_schema' }, refuse: ['response_format'] },
      { when: { supports: 'reasoning' }, allow: ['reasoning_effort'] },
      { when: { name: ADJUSTABLE }, allow: ['reasoning_effort'] },
      { when: { name: HIGH_OR_MAX }, allow: ['reasoning_effort'] },
      { when: { name: HYBRID }, allow: ['reasoning_effort'] },
    ],
    values: [
      {
        param: 'reasoning_effort',
        when: { name: ADJUSTABLE },
        replace: { none: 'low', minimal: 'low', xhigh: 'high', max: 'high' },
      },
    ],
  },
  chat: {
    sendsStreamFalse: {},
    losesFingerprint: true,
    request: [
      { name: 'effort-high-or-max', when: { name: HIGH_OR_MAX } },
      { name: 'effort-or-switch', when: { not: { name: HIGH_OR_MAX } } },
      'drop-thinking-blocks',
      'drop-provider-fields',
      'drop-cache-control',
    ],
    chunk: ['reasoning-as-reasoning-content'],
  },
  completions: { prompts: 'refused' },
  errors: WHOLE_BODY_ERRORS,
  source: 'https://docs.together.ai/reference/chat-completions-1',
  date: '2026-11-23',
});
