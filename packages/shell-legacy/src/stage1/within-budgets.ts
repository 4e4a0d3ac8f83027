import type { RawObject } from '@stagegate/core-transforms';
import { refuseFull, withStatus, type LimitedBudget } from '@stagegate/gateway-engine/auth';
import { mostCost } from '@stagegate/gateway-engine/billing';
import { ANYONE } from '@stagegate/gateway-engine/ports';
import type { App, Exchange } from './parts.ts';
import { Refusal } from './refusal.ts';
import type { ProviderRoute } from './route-table.ts';

/** A call that was let in: for which model, and the budgets it is charged to. */
interface PaidCall {
  readonly model: string | undefined;
  readonly body: RawObject;
  readonly budgets: readonly LimitedBudget[] | undefined;
}

/** Runs a call while the most it can cost is reserved in its budgets. Throws a refusal where a budget has less left. */
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
    // A client that did not wait for the answer has still had its prompt read.
    if (outgoing.destroyed && !outgoing.headersSent) thoughtUsd = most.promptUsd;
    throw thrown;
  } finally {
    aside.end(thoughtUsd);
  }
}
