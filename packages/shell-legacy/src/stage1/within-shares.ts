import { shareError } from '@stagegate/gateway-engine/errors';
import { isLimited, shareHeaders } from '@stagegate/gateway-engine/limits';
import { ANYONE } from '@stagegate/gateway-engine/ports';
import type { App, Exchange } from './parts.ts';
import { Refusal } from './refusal.ts';
import type { ProviderRoute } from './route-table.ts';

/** Runs a call if its group, and its priority's share of it, have something left of their minute. Throws a refusal otherwise. */
export async function withinShares(
  { findShares, rates, clock }: App,
  exchange: Exchange,
  { dialect }: ProviderRoute,
  model: string | undefined,
  run: () => Promise<void>,
): Promise<void> {
  const limits = isLimited(dialect) ? findShares?.(model, exchange.caller ?? ANYONE) : undefined;
  if (limits === undefined) return run();
  const asked = rates.takeShare(limits, clock.monotonicMs());
  const taken = asked instanceof Promise ? await asked : asked;
  if ('kind' in taken) throw new Refusal(shareError(limits, taken));
  for (const [name, value] of Object.entries(shareHeaders(taken, limits.priority))) exchange.outgoing.setHeader(name, value);
  exchange.hold = taken;
  let failed = true;
  try {
    await run();
    failed = false;
  } finally {
    taken.end(failed, clock.monotonicMs());
  }
}
