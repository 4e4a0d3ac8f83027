import { compatibleRow, WHOLE_BODY_ERRORS } from '../compatible-row.ts';
import { MISTRAL_PARAMS, MISTRAL_REQUEST } from '../mistral-rules.ts';
import type { ProviderRow } from '../provider-row.ts';

/**
 * What Mistral recommends as the system prompt of its thinking models, letter by letter as the reference sends it (where
 * `\\boxed` has become a backspace and `oxed`). Source: https://huggingface.co/mistralai/Magistral-Small-2506, read 2026-11-23.
 */
const THINKING_PROMPT = [
  '',
  '        <s>[SYSTEM_PROMPT]system_prompt',
  '        A user will ask you to solve a task. You should first draft your thinking process (inner monologue) until you have derived the final answer. Afterwards, write a self-contained summary of your thoughts (i.e. your summary should be succinct but contain all the critical steps you needed to reach the conclusion). You should use Markdown to format your response. Write both your thoughts and summary in the same language as the task posed by the user. NEVER use \boxed{} in your response.',
  '',
  '        Your thinking process must follow the template below:',
  '        <think>',
  '        Your thoughts or/and draft, like working through an exercise on scratch paper. Be as casual and as long as you want until you are confident to generate a correct answer.',
  '        </think>',
  '',
  "        Here, provide a concise summary that reflects your reasoning and presents a clear final answer to the user. Don't mention that this is a summary.",
  '',
  '        Problem:',
  '',
  '        [/SYSTEM_PROMPT][INST]user_message[/INST]<think>',
  '        reasoning_traces',
  '        </think>',
  '        assistant_response</s>[INST]user_message[/INST]',
  '        ',
].join('\n');

/** Provider `mistral`. */
export const mistralRow: ProviderRow = compatibleRow({
  id: 'mistral',
  formats: { 'mistral-ocr': 'mistral-ocr', 'openai-embeddings': 'openai-embeddings' },
  baseUrl: 'https://api.mistral.ai/v1',
  keyEnv: ['MISTRAL_API_KEY', 'MISTRAL_AZURE_API_KEY'],
  baseEnv: ['MISTRAL_AZURE_API_BASE'],
  baseEnding: '/v1',
  params: MISTRAL_PARAMS,
  chat: {
    streamUsage: 'never',
    thinkingPrompt: THINKING_PROMPT,
    request: MISTRAL_REQUEST,
    response: ['empty-content-as-null', 'thinking-parts'],
    chunk: ['drop-system-fingerprint', 'thinking-parts', 'reasoning-as-reasoning-content'],
  },
  errors: WHOLE_BODY_ERRORS,
  embeddings: { params: { allow: ['encoding_format'] } },
  source: 'https://docs.mistral.ai/api/#tag/chat',
  date: '2026-11-23',
});
