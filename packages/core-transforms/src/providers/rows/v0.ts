import { compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `v0`. */
export const v0Row: ProviderRow = compatibleRow({
  id: 'v0',
  formats: { 'openai-completions': 'openai-completions' },
  baseUrl: 'https://api.v0.dev/v1',
  keyEnv: ['V0_API_KEY'],
  baseEnv: ['V0_API_BASE'],
  params: { allow: ['stream', 'tool_choice', 'tools'] },
  source: 'https://docs.litellm.ai/docs/providers/v0',
  date: '2026-11-23',
});
