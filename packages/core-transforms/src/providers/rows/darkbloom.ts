import { OLD_TOKEN_LIMIT, TOOLS_IF_SUPPORTED, compatibleRow } from '../compatible-row.ts';
import type { ProviderRow } from '../provider-row.ts';

/** Provider `darkbloom`. */
export const darkbloomRow: ProviderRow = compatibleRow({
  id: 'darkbloom',
  baseUrl: 'https://api.darkbloom.dev/v1',
  keyEnv: ['DARKBLOOM_API_KEY'],
  baseEnv: ['DARKBLOOM_API_BASE'],
  params: { ...TOOLS_IF_SUPPORTED, rename: OLD_TOKEN_LIMIT },
  source: 'https://docs.litellm.ai/docs/providers/darkbloom',
  date: '2026-11-23',
});
