import type { RawObject } from '@stagegate/core-transforms';
import { rateError } from '@stagegate/gateway-engine/errors';
import { isLimited, joinHolds, rateHeaders, reserveTokens } from '@stagegate/gateway-engine/limits';
import type { RateLimit } from '@stagegate/gateway-engine/ports';
import type { App, Exchange } from './parts.ts';
import { Refusal } from './refusal.ts';
import type { ProviderRoute } from './route-table.ts';

/**
 * Runs a call if its limits have room for it. The body may get a cap on the answer; the tokens really used are counted at the end. Throws a
 * refusal where a limit is reached.
 */
export async function withinRates(
  app: App,
  exchange: Exchange,
  route: ProviderRoute,
  { rates: own, body }: { readonly rates: readonly RateLimit[]; readonly body: RawObject },
  run: (body: RawObject) => Promise<void>,
): Promise<void> {
  const rates = app.globalRates.length === 0 ? own : [...own, ...app.globalRates];
  if (rates.length === 0 || !isLimited(route.dialect)) return run(body);
  const { clock } = app;
  const { tokens, body: counted } = reserveTokens(rates, route.dialect, body);
  const asked = app.rates.take(rates, tokens, clock.monotonicMs());
  const taken = asked instanceof Promise ? await asked : asked;
  if ('kind' in taken) throw new Refusal(rateError(taken, clock.nowMs()));
  for (const [name, value] of Object.entries(rateHeaders(taken))) exchange.outgoing.setHeader(name, value);
  // Reading a stored response uses no tokens: they were counted when it was made.
  const isStored = route.stored !== undefined;
  if (!isStored) exchange.hold = joinHolds(exchange.hold, taken);
  let failed = true;
  try {
    await run(counted);
    failed = isStored;
  } finally {
    taken.end(failed, clock.monotonicMs());
  }
}
