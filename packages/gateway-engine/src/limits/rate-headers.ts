import type { RateHold } from '../ports/index.ts';

/** What is left of a call's limits, by the reference's names: `x-ratelimit-<whose>-limit-<of what>`, and `-remaining-`. */
export function rateHeaders({ left }: RateHold): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const { limit, kind, max, remaining } of left) {
    headers[`x-ratelimit-${limit.scope}-limit-${kind}`] = String(max);
    headers[`x-ratelimit-${limit.scope}-remaining-${kind}`] = String(remaining);
  }
  return headers;
}
