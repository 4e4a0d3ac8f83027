import { rateError } from '../../errors/index.ts';
import { isLimited, joinHolds, rateHeaders, reserveTokens } from '../../limits/index.ts';
import type { CallAnswer, RateLimit } from '../../ports/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import { refuse } from '../refuse.ts';
import type { ParsedCall } from '../stages/parse.ts';
import type { AnswerCall } from './limit-chain.ts';
import { whileHeld } from './while-held.ts';

/**
 * Refuses a call that one of its callers' limits per minute, or at once, has no room for. An estimate of its tokens is taken before the
 * call; what it really used is counted at its end, or at its stream's.
 *
 * cost: one comparison for a call without limits.
 */
export function withinRates(engine: EngineParts, open: OpenCall, call: ParsedCall, next: AnswerCall): Promise<CallAnswer> {
  const { globalRates } = engine;
  const { rates } = call;
  if ((rates === undefined && globalRates.length === 0) || !isLimited(open.route.dialect)) return next(engine, open, call);
  return takeRates(engine, open, call, rates === undefined ? globalRates : [...rates, ...globalRates], next);
}

async function takeRates(
  engine: EngineParts,
  open: OpenCall,
  call: ParsedCall,
  rates: readonly RateLimit[],
  next: AnswerCall,
): Promise<CallAnswer> {
  const { clock } = engine;
  const { tokens, body } = reserveTokens(rates, open.route.dialect, call.body);
  const asked = engine.rates.take(rates, tokens, clock.monotonicMs());
  const taken = asked instanceof Promise ? await asked : asked;
  if ('kind' in taken) return refuse(engine, open, rateError(taken, clock.nowMs()));
  // Reading a stored response uses no tokens: they were counted when it was made.
  const isStored = open.route.stored !== undefined;
  if (!isStored) open.hold = joinHolds(open.hold, taken);
  const limited = body === call.body ? call : { ...call, body };
  const answer = await whileHeld(clock, taken, isStored, () => next(engine, open, limited));
  return { ...answer, headers: { ...answer.headers, ...rateHeaders(taken) } };
}
