import type { ProviderHeaders } from '../answer-headers.ts';

/** Handed on under their own names too. */
const AS_THEY_ARE: readonly string[] = [
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-tokens',
  'retry-after',
];

/** Anthropic's → OpenAI's. Source: docs.anthropic.com/en/api/rate-limits, 2026-11-23. */
const TRANSLATED: readonly (readonly [from: string, to: string])[] = [
  ['anthropic-ratelimit-requests-limit', 'x-ratelimit-limit-requests'],
  ['anthropic-ratelimit-requests-remaining', 'x-ratelimit-remaining-requests'],
  ['anthropic-ratelimit-tokens-limit', 'x-ratelimit-limit-tokens'],
  ['anthropic-ratelimit-tokens-remaining', 'x-ratelimit-remaining-tokens'],
];

/** The reference shows every provider's rate limits under OpenAI's names. */
export function showRateLimits(headers: Record<string, string>, provider: ProviderHeaders): void {
  for (const name of AS_THEY_ARE) {
    const value = provider.get(name);
    if (value !== undefined) headers[name] = value;
  }
  for (const [from, to] of TRANSLATED) {
    const value = provider.get(from);
    if (value === undefined) continue;
    headers[to] = value;
    headers[`llm_provider-${to}`] = value;
  }
}
