import { refuseFull, withStatus, type LimitedBudget } from '../../auth/index.ts';
import { mostCost } from '../../billing/index.ts';
import { ANYONE, isWhole, type CallAnswer } from '../../ports/index.ts';
import type { EngineParts, OpenCall } from '../engine-parts.ts';
import { refuse } from '../refuse.ts';
import type { ParsedCall } from '../stages/parse.ts';
import type { AnswerCall } from './limit-chain.ts';

/**
 * Sets the most that a call can cost aside from its budgets until it, or its stream, has ended; refuses it where a budget has less left.
 *
 * cost: nothing for a call whose budgets have no limit; else the prompt's tokens are estimated, and Redis is asked once where there is one.
 */
export function withinBudgets(engine: EngineParts, open: OpenCall, call: ParsedCall, next: AnswerCall): Promise<CallAnswer> {
  return call.budgets === undefined ? next(engine, open, call) : setAside(engine, open, call, call.budgets, next);
}

async function setAside(
  engine: EngineParts,
  open: OpenCall,
  call: ParsedCall,
  budgets: readonly LimitedBudget[],
  next: AnswerCall,
): Promise<CallAnswer> {
  const { spending, config } = engine;
  const { body, target: model = call.model } = call;
  const coming = { dialect: open.route.dialect, model, body, caller: open.caller ?? ANYONE, nowSeconds: open.ambient.nowSeconds };
  const most = spending === undefined ? undefined : mostCost(engine.findDeployments, coming);
  if (spending === undefined || most === undefined) return next(engine, open, call);
  const limited = budgets.map(({ budget }) => budget);
  const given = spending.setAside(limited, most.usd, config.budgetsFailClosed === true);
  const aside = given instanceof Promise ? await given : given;
  if ('kind' in aside) return refuse(engine, open, withStatus(refuseFull(aside, budgets), config.budgetExceededStatus));
  open.aside = aside;
  try {
    const answer = await next(engine, open, call);
    // A stream gives it back where it ends.
    if (isWhole(answer.body)) aside.end(answer.status >= 300 && open.raw.signal.aborted ? most.promptUsd : undefined);
    return answer;
  } catch (bug) {
    aside.end();
    throw bug;
  }
}
