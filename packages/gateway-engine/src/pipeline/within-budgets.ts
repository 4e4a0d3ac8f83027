import { refuseFull, withStatus, type LimitedBudget } from '../auth/index.ts';
import { mostCost } from '../billing/index.ts';
import { ANYONE, type CallAnswer } from '../ports/index.ts';
import type { EngineParts, OpenCall } from './engine-parts.ts';
import { refuse } from './refuse.ts';
import type { ParsedCall } from './stages/parse.ts';
import { withinActivity } from './within-activity.ts';

/**
 * Has a call answered while what it may cost is set aside, if its budgets have room for it: until its end, or its stream's.
 *
 * cost: a call whose budgets have no limit never comes here; the length of the prompt is estimated, and Redis is asked once, where there is one.
 */
export async function withinBudgets(
  engine: EngineParts,
  open: OpenCall,
  call: ParsedCall,
  budgets: readonly LimitedBudget[],
): Promise<CallAnswer> {
  const { spending, config } = engine;
  const { body, target: model = call.model } = call;
  const coming = { dialect: open.route.dialect, model, body, caller: open.caller ?? ANYONE, nowSeconds: open.ambient.nowSeconds };
  const most = spending === undefined ? undefined : mostCost(engine.findDeployments, coming);
  if (spending === undefined || most === undefined) return withinActivity(engine, open, call);
  const limited = budgets.map(({ budget }) => budget);
  const given = spending.setAside(limited, most.usd, config.budgetsFailClosed === true);
  const aside = given instanceof Promise ? await given : given;
  if ('kind' in aside) return refuse(engine, open, withStatus(refuseFull(aside, budgets), config.budgetExceededStatus));
  open.aside = aside;
  try {
    const answer = await withinActivity(engine, open, call);
    // A stream's end is noted where it ends.
    const isWhole = typeof answer.body === 'string' || answer.body instanceof Uint8Array;
    if (isWhole) aside.end(answer.status >= 300 && open.raw.signal.aborted ? most.promptUsd : undefined);
    return answer;
  } catch (bug) {
    aside.end();
    throw bug;
  }
}
