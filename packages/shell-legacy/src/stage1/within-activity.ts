import {
  activityHeaders,
  activityLeft,
  isLimited,
  refuseActivity,
  type ActivityLeft,
  type ActivityLimits,
} from '@stagegate/gateway-engine/limits';
import { ANYONE } from '@stagegate/gateway-engine/ports';
import type { App, Exchange } from './parts.ts';
import { Refusal } from './refusal.ts';
import type { ProviderRoute } from './route-table.ts';

/** Runs a call if something of its group's minute is left for its key. Throws a refusal otherwise. */
export async function withinActivity(
  app: App,
  exchange: Exchange,
  { dialect }: ProviderRoute,
  model: string | undefined,
  run: () => Promise<void>,
): Promise<void> {
  const { findActivity, rates, clock } = app;
  const { caller = ANYONE, outgoing } = exchange;
  const limits = isLimited(dialect) ? findActivity?.(model, caller) : undefined;
  if (limits === undefined) return run();
  const nowMs = clock.nowMs();
  // No await between the check and the count: two calls must not both take the last place.
  const keys = await rates.active.keys(limits.group, nowMs);
  const refused = refuseActivity(leftOf(app, limits, nowMs, keys), caller.keyHash);
  if (refused !== undefined) throw new Refusal(refused);
  rates.active.add(limits.group, caller.keyHash ?? 'default_key', nowMs);
  const left = leftOf(app, limits, nowMs, await rates.active.keys(limits.group, nowMs));
  for (const [name, value] of Object.entries(activityHeaders(left))) outgoing.setHeader(name, value);
  return run();
}

function leftOf({ rates, router, clock }: App, limits: ActivityLimits, nowMs: number, keys: number): ActivityLeft {
  const used = router.usageOf(limits.deployments, clock.monotonicMs());
  return activityLeft(limits, used, rates.active.calls(limits.group, nowMs), keys);
}
