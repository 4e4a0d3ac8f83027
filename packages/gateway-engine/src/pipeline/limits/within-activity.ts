import { activityHeaders, activityLeft, refuseActivity, type ActivityLeft, type ActivityLimits } from '../../limits/index.ts';
import type { CallAnswer } from '../../ports/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import { refuse } from '../refuse.ts';
import type { ParsedCall } from '../stages/parse.ts';
import { groupLimits } from './group-limits.ts';
import type { AnswerCall } from './limit-chain.ts';

/**
 * Refuses a call whose key has used its part of what the group may do in a minute. The keys that are active in that minute share it.
 *
 * cost: one look-up for a group whose keys share nothing.
 */
export function withinActivity(engine: EngineParts, open: OpenCall, call: ParsedCall, next: AnswerCall): Promise<CallAnswer> {
  const limits = groupLimits(engine.findActivity, open, call);
  return limits === undefined ? next(engine, open, call) : countActive(engine, open, call, limits, next);
}

async function countActive(
  engine: EngineParts,
  open: OpenCall,
  call: ParsedCall,
  limits: ActivityLimits,
  next: AnswerCall,
): Promise<CallAnswer> {
  const { rates, clock } = engine;
  const key = open.caller?.keyHash;
  const nowMs = clock.nowMs();
  // No await between the check and the count: two calls must not both take the last place.
  const refused = refuseActivity(leftOf(engine, limits, nowMs, await rates.active.keys(limits.group, nowMs)), key);
  if (refused !== undefined) return refuse(engine, open, refused);
  rates.active.add(limits.group, key ?? 'default_key', nowMs);
  const left = leftOf(engine, limits, nowMs, await rates.active.keys(limits.group, nowMs));
  const answer = await next(engine, open, call);
  return { ...answer, headers: { ...answer.headers, ...activityHeaders(left) } };
}

function leftOf({ rates, router, clock }: EngineParts, limits: ActivityLimits, nowMs: number, keys: number): ActivityLeft {
  const used = router.usageOf(limits.deployments, clock.monotonicMs());
  return activityLeft(limits, used, rates.active.calls(limits.group, nowMs), keys);
}
