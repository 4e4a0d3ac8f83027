import { shareError } from '../errors/index.ts';
import { isLimited, shareHeaders } from '../limits/index.ts';
import { ANYONE, type CallAnswer, type ShareLimits } from '../ports/index.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import { refuse } from './refuse.ts';
import type { ParsedCall } from './stages/parse.ts';
import { withinRates } from './within-rates.ts';

/** Has a call answered if its group, and its priority's share of it, have something left of their minute. cost: a look where nobody shares. */
export function withinShares(engine: EngineParts, open: OpenCall, call: ParsedCall): Promise<CallAnswer> {
  const { route, caller = ANYONE } = open;
  const { target = call.model } = call;
  const asks = engine.findShares !== undefined && route.stored === undefined && isLimited(route.dialect);
  const limits = asks ? engine.findShares?.(target, caller) : undefined;
  return limits === undefined ? withinRates(engine, open, call) : withinShare(engine, open, call, limits);
}

async function withinShare(engine: EngineParts, open: OpenCall, call: ParsedCall, limits: ShareLimits): Promise<CallAnswer> {
  const { clock } = engine;
  const asked = engine.rates.takeShare(limits, clock.monotonicMs());
  const taken = asked instanceof Promise ? await asked : asked;
  if ('kind' in taken) return refuse(engine, open, shareError(limits, taken));
  open.hold = taken;
  try {
    const answer = await withinRates(engine, open, call);
    // A stream's end is noted where it ends.
    if (typeof answer.body === 'string' || answer.body instanceof Uint8Array) taken.end(answer.status >= 300, clock.monotonicMs());
    return { ...answer, headers: { ...answer.headers, ...shareHeaders(taken, limits.priority) } };
  } catch (bug) {
    taken.end(true, clock.monotonicMs());
    throw bug;
  }
}
