import { OPENAI_COMPLETIONS_PARAMS } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `text-completion-openai`: OpenAI's models that complete a text. */
export const textCompletionOpenaiRow: ProviderRow = {
  id: 'text-completion-openai',
  errorName: 'Text-completion-openaiException',
  format: 'openai-completions',
  baseUrl: 'https://api.openai.com/v1',
  keyEnv: ['OPENAI_API_KEY'],
  baseEnv: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
  auth: { kind: 'header', header: 'authorization', scheme: 'Bearer' },
  params: { allow: OPENAI_COMPLETIONS_PARAMS },
  completions: { tokens: {} },
  source: 'https://platform.openai.com/docs/api-reference/completions',
  date: '2026-11-27',
};
