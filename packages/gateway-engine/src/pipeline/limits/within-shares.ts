import { shareError } from '../../errors/index.ts';
import { shareHeaders } from '../../limits/index.ts';
import type { CallAnswer, ShareLimits } from '../../ports/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import { refuse } from '../refuse.ts';
import type { ParsedCall } from '../stages/parse.ts';
import { groupLimits } from './group-limits.ts';
import type { AnswerCall } from './limit-chain.ts';
import { whileHeld } from './while-held.ts';

/**
 * Refuses a call whose group has used up its minute, or whose priority has used up its share of it.
 *
 * cost: one look-up for a group that is not shared by priority.
 */
export function withinShares(engine: EngineParts, open: OpenCall, call: ParsedCall, next: AnswerCall): Promise<CallAnswer> {
  const limits = groupLimits(engine.findShares, open, call);
  return limits === undefined ? next(engine, open, call) : takeShare(engine, open, call, limits, next);
}

async function takeShare(
  engine: EngineParts,
  open: OpenCall,
  call: ParsedCall,
  limits: ShareLimits,
  next: AnswerCall,
): Promise<CallAnswer> {
  const { clock } = engine;
  const asked = engine.rates.takeShare(limits, clock.monotonicMs());
  const taken = asked instanceof Promise ? await asked : asked;
  if ('kind' in taken) return refuse(engine, open, shareError(limits, taken));
  open.hold = taken;
  const answer = await whileHeld(clock, taken, false, () => next(engine, open, call));
  return { ...answer, headers: { ...answer.headers, ...shareHeaders(taken, limits.priority) } };
}
