import { headerPriority } from '../errors/rate-error.ts';
import type { RateHold } from '../ports/index.ts';

/** What is left of a call's limits, under the reference's names: `x-ratelimit-<whose>-limit-<of what>` and `…-remaining-…`. */
export function rateHeaders({ left }: RateHold): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const { limit, kind, max, remaining } of left) {
    headers[`x-ratelimit-${limit.scope}-limit-${kind}`] = String(max);
    headers[`x-ratelimit-${limit.scope}-remaining-${kind}`] = String(remaining);
  }
  return headers;
}

/** What is left of a group and of a priority's share of it. Source: LiteLLM 1.106.2, dynamic_rate_limiter_v3.py. */
export function shareHeaders(taken: RateHold, priority: string | undefined): Readonly<Record<string, string>> {
  return { ...rateHeaders(taken), 'x-litellm-priority': headerPriority(priority), 'x-litellm-rate-limiter-version': 'v3' };
}
