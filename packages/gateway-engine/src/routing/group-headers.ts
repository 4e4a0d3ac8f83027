import type { Router } from './create-router.ts';
import type { PickRequest } from './pick-deployment.ts';

/**
 * What a group may do in a minute (`rpm`, `tpm` of its deployments together), and what is left of it, under the reference's names. Undefined
 * for a group without such limits. Where a provider says the same of itself, that is shown instead.
 *
 * in:     the monotonic clock, in milliseconds.
 * source: LiteLLM 1.106.2, router.py `get_remaining_model_group_usage`; compared with its answers on 2026-11-30. What the
 *         deployments without a limit do counts too, as there.
 */
export function groupHeaders(router: Router, request: PickRequest, nowMs: number): Record<string, string> | undefined {
  const limits = router.limitsOf(request);
  if (limits === undefined) return undefined;
  const used = router.usageOf(request.deployments, nowMs);
  const headers: Record<string, string> = {};
  for (const kind of ['tokens', 'requests'] as const) {
    const limit = limits[kind];
    if (limit === undefined) continue;
    headers[`x-ratelimit-remaining-${kind}`] = String(limit - used[kind]);
    headers[`x-ratelimit-limit-${kind}`] = String(limit);
  }
  return headers;
}
