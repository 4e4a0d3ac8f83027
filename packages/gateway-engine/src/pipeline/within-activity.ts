import { activityHeaders, activityLeft, refuseActivity, type ActivityLeft, type ActivityLimits } from '../limits/index.ts';
import type { CallAnswer } from '../ports/index.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import { groupLimits } from './group-limits.ts';
import { refuse } from './refuse.ts';
import type { ParsedCall } from './stages/parse.ts';
import { withinShares } from './within-shares.ts';

/** Has a call answered if something of its group's minute is left for its key. cost: a look where keys share nothing. */
export function withinActivity(engine: EngineParts, open: OpenCall, call: ParsedCall): Promise<CallAnswer> {
  const limits = groupLimits(engine.findActivity, open, call);
  return limits === undefined ? withinShares(engine, open, call) : whileActive(engine, open, call, limits);
}

async function whileActive(engine: EngineParts, open: OpenCall, call: ParsedCall, limits: ActivityLimits): Promise<CallAnswer> {
  const { rates, clock } = engine;
  const key = open.caller?.keyHash;
  const nowMs = clock.nowMs();
  // Nothing is waited for between the look and the count.
  const refused = refuseActivity(leftOf(engine, limits, nowMs, await rates.active.keys(limits.group, nowMs)), key);
  if (refused !== undefined) return refuse(engine, open, refused);
  rates.active.add(limits.group, key ?? 'default_key', nowMs);
  const left = leftOf(engine, limits, nowMs, await rates.active.keys(limits.group, nowMs));
  const answer = await withinShares(engine, open, call);
  return { ...answer, headers: { ...answer.headers, ...activityHeaders(left) } };
}

function leftOf({ rates, router, clock }: EngineParts, limits: ActivityLimits, nowMs: number, keys: number): ActivityLeft {
  const used = router.usageOf(limits.deployments, clock.monotonicMs());
  return activityLeft(limits, used, rates.active.calls(limits.group, nowMs), keys);
}
