import type { RawObject } from '@stagegate/core-transforms';
import { refuseFull, withStatus, type LimitedBudget } from '@stagegate/gateway-engine/auth';
import { mostCost } from '@stagegate/gateway-engine/billing';
import { ANYONE } from '@stagegate/gateway-engine/ports';
import type { App, Exchange } from './parts.ts';
import { Refusal } from './refusal.ts';
import type { ProviderRoute } from './route-table.ts';

/** A call that is let in: for which model, and what it takes money of. */
interface PaidCall {
  readonly model: string | undefined;
  readonly body: RawObject;
  readonly budgets: readonly LimitedBudget[] | undefined;
}

/** Runs a call while what it may cost is set aside. Throws a refusal where a budget has no room for it. */
export async function withinBudgets(
  { spending, config, findDeployments }: App,
  exchange: Exchange,
  { dialect }: ProviderRoute,
  { model, body, budgets }: PaidCall,
  run: () => Promise<void>,
): Promise<void> {
  if (spending === undefined || budgets === undefined) return run();
  const { caller = ANYONE, ambient, outgoing } = exchange;
  const most = mostCost(findDeployments, { dialect, model, body, caller, nowSeconds: ambient.nowSeconds });
  if (most === undefined) return run();
  const limited = budgets.map(({ budget }) => budget);
  const aside = await spending.setAside(limited, most.usd, config.budgetsFailClosed === true);
  if ('kind' in aside) throw new Refusal(withStatus(refuseFull(aside, budgets), config.budgetExceededStatus));
  exchange.aside = aside;
  let thoughtUsd = 0;
  try {
    await run();
  } catch (thrown) {
    // A client that did not wait for its answer has had its prompt read all the same.
    if (outgoing.destroyed && !outgoing.headersSent) thoughtUsd = most.promptUsd;
    throw thrown;
  } finally {
    aside.end(thoughtUsd);
  }
}
