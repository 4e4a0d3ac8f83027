import { compatibleRow, OLD_TOKEN_LIMIT } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `github`. */
export const githubRow: ProviderRow = compatibleRow({
  id: 'github',
  baseUrl: 'https://models.inference.ai.azure.com',
  keyEnv: ['GITHUB_API_KEY'],
  baseEnv: ['GITHUB_API_BASE'],
  params: {
    adjust: [
      { when: { known: true, name: /^(?:gpt|o\d|chatgpt)/u }, allow: ['user'] },
      { when: { name: /^(?:gpt-4|gpt-3\.5-turbo-16k)$/u }, refuse: ['response_format'] },
    ],
    rename: OLD_TOKEN_LIMIT,
  },
  source: 'https://docs.github.com/en/rest/models/inference',
  date: '2026-11-23',
});
