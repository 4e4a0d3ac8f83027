import { rateError } from '../errors/index.ts';
import { isLimited, joinHolds, rateHeaders, reserveTokens } from '../limits/index.ts';
import type { CallAnswer, RateLimit } from '../ports/index.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import { refuse } from './refuse.ts';
import { routeCall } from './route-call.ts';
import type { ParsedCall } from './stages/parse.ts';
import { whileHeld } from './while-held.ts';

/**
 * Has a call answered if its limits have room for it, and counts it: at its end, or at its stream's, what it really took.
 *
 * cost: a look for a call without limits.
 */
export function withinRates(engine: EngineParts, open: OpenCall, call: ParsedCall): Promise<CallAnswer> {
  const { globalRates } = engine;
  const { rates } = call;
  // Plan, send, and either stream or respond: until a provider has answered, or nobody is left to ask.
  if ((rates === undefined && globalRates.length === 0) || !isLimited(open.route.dialect)) return routeCall(engine, open, call);
  return withinAll(engine, open, call, rates === undefined ? globalRates : [...rates, ...globalRates]);
}

async function withinAll(engine: EngineParts, open: OpenCall, call: ParsedCall, rates: readonly RateLimit[]): Promise<CallAnswer> {
  const { clock } = engine;
  const { tokens, body } = reserveTokens(rates, open.route.dialect, call.body);
  const asked = engine.rates.take(rates, tokens, clock.monotonicMs());
  const taken = asked instanceof Promise ? await asked : asked;
  if ('kind' in taken) return refuse(engine, open, rateError(taken, clock.nowMs()));
  // What a kept response took was counted when it was made.
  const isStored = open.route.stored !== undefined;
  if (!isStored) open.hold = joinHolds(open.hold, taken);
  const limited = body === call.body ? call : { ...call, body };
  const answer = await whileHeld(clock, taken, isStored, () => routeCall(engine, open, limited));
  return { ...answer, headers: { ...answer.headers, ...rateHeaders(taken) } };
}
