import { shareError } from '../errors/index.ts';
import { shareHeaders } from '../limits/index.ts';
import type { CallAnswer, ShareLimits } from '../ports/index.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import { refuse } from './refuse.ts';
import { groupLimits } from './group-limits.ts';
import type { ParsedCall } from './stages/parse.ts';
import { whileHeld } from './while-held.ts';
import { withinRates } from './within-rates.ts';

/** Has a call answered if its group, and its priority's share of it, have something left of their minute. cost: a look where nobody shares. */
export function withinShares(engine: EngineParts, open: OpenCall, call: ParsedCall): Promise<CallAnswer> {
  const limits = groupLimits(engine.findShares, open, call);
  return limits === undefined ? withinRates(engine, open, call) : withinShare(engine, open, call, limits);
}

async function withinShare(engine: EngineParts, open: OpenCall, call: ParsedCall, limits: ShareLimits): Promise<CallAnswer> {
  const { clock } = engine;
  const asked = engine.rates.takeShare(limits, clock.monotonicMs());
  const taken = asked instanceof Promise ? await asked : asked;
  if ('kind' in taken) return refuse(engine, open, shareError(limits, taken));
  open.hold = taken;
  const answer = await whileHeld(clock, taken, false, () => withinRates(engine, open, call));
  return { ...answer, headers: { ...answer.headers, ...shareHeaders(taken, limits.priority) } };
}
