import { compatibleRow, OLD_TOKEN_LIMIT } from '../compatible-row.ts';
import { openaiParams } from '../common-params.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `moonshot`. */
export const moonshotRow: ProviderRow = compatibleRow({
  id: 'moonshot',
  formats: { 'openai-completions': 'openai-completions' },
  baseUrl: 'https://api.moonshot.ai/v1',
  keyEnv: ['MOONSHOT_API_KEY'],
  baseEnv: ['MOONSHOT_API_BASE'],
  params: {
    allow: openaiParams({ minus: ['functions'] }),
    adjust: [
      { when: { name: /kimi-thinking-preview/u }, refuse: ['tools', 'tool_choice'] },
      { when: { supports: 'reasoning' }, allow: ['reasoning_effort'] },
    ],
    values: [{ param: 'temperature', when: { lacks: 'reasoning' }, clamp: { max: 1 } }],
    rename: OLD_TOKEN_LIMIT,
  },
  chat: {
    request: [
      { name: 'drop-temperature', when: { supports: 'reasoning' } },
      'warm-several-choices',
      'effort-as-word',
      'ask-for-tool-in-words',
      { name: 'fill-reasoning-of-tool-calls', when: { supports: 'reasoning' } },
      'flatten-text-content',
      'drop-cache-control',
    ],
  },
  source: 'https://platform.moonshot.ai/docs/api/chat',
  date: '2026-11-23',
});
