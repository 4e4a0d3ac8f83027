import type { JsonObject } from '@stagegate/core-transforms';
import type { EngineError } from '../errors/index.ts';
import type { CallerRouting, Deployment, RouterBudget, RouterBudgets, WindowSums } from '../ports/index.ts';
import { pythonNumber } from '../text/index.ts';
import type { HeaderView } from './header-view.ts';
import { allTags } from './read-wishes.ts';

/** The part of a call that its budgets need. */
export interface BudgetedCall {
  readonly target: { readonly group: string };
  readonly body: JsonObject;
  readonly headers: HeaderView;
  readonly callerRouting?: CallerRouting | undefined;
}

/**
 * Leaves out deployments whose budget is spent: the provider's, their own, or that of one of the call's tags.
 *
 * out:    the others, or why none is left.
 * source: LiteLLM 1.106.2, router_strategy/budget_limiter.py, which shows a deployment's time where its money would stand.
 */
export function withinBudgets(
  budgets: RouterBudgets,
  sums: WindowSums,
  deployments: readonly Deployment[],
  call: BudgetedCall,
): readonly Deployment[] | EngineError {
  const tags = budgetedTags(budgets, call);
  const reasons = new Map<string, readonly string[]>();
  for (const deployment of deployments) {
    const why = whySpent(budgets, sums, deployment, tags);
    if (why.length > 0) reasons.set(deployment.id, why);
  }
  if (reasons.size === 0) return deployments;
  const left = deployments.filter(({ id }) => !reasons.has(id));
  if (left.length > 0) return left;
  return {
    kind: 'over-budget',
    modelGroup: call.target.group,
    detail: [...reasons.values()]
      .flat()
      .map((why) => `${why}\n`)
      .join(''),
  };
}

/** Adds the cost of a call to every budget that it counts for. */
export function chargeBudgets(budgets: RouterBudgets, sums: WindowSums, deployment: Deployment, call: BudgetedCall, usd: number): void {
  if (usd === 0) return;
  const tags = budgetedTags(budgets, call);
  const charged = [budgets.providers.get(deployment.provider.id), deployment.routing?.budget, ...tags.map((tag) => budgets.tags.get(tag))];
  for (const budget of charged) if (budget !== undefined) sums.add(budget.window, usd);
}

/** The call's tags, where any tag has a budget. */
function budgetedTags({ tags }: RouterBudgets, { body, headers, callerRouting }: BudgetedCall): readonly string[] {
  return tags.size === 0 ? [] : allTags(body, headers, callerRouting);
}

function whySpent(budgets: RouterBudgets, sums: WindowSums, deployment: Deployment, tags: readonly string[]): readonly string[] {
  const { id, modelGroup, underlyingModel, provider } = deployment;
  const ofProvider = budgets.providers.get(provider.id);
  const spentByProvider = spent(ofProvider, sums);
  if (ofProvider !== undefined && spentByProvider !== undefined) {
    return [`Exceeded budget for provider ${provider.id}: ${pythonNumber(spentByProvider)} >= ${pythonNumber(ofProvider.maxUsd)}`];
  }
  const own = deployment.routing?.budget;
  const spentHere = spent(own, sums);
  if (own !== undefined && spentHere !== undefined) {
    const named = `model_name: ${modelGroup}, litellm_params.model: ${underlyingModel}, model_id: ${id}`;
    return [`Exceeded budget for deployment ${named}: ${pythonNumber(spentHere)} >= ${own.window.duration}`];
  }
  return tags.flatMap((tag) => {
    const ofTag = budgets.tags.get(tag);
    const usd = spent(ofTag, sums);
    if (ofTag === undefined || usd === undefined) return [];
    return [`Exceeded budget for tag='${tag}', tag_spend=${pythonNumber(usd)}, tag_budget_limit=${pythonNumber(ofTag.maxUsd)}`];
  });
}

/** What was spent, where that is the whole budget. Written so that a NaN counts as spent. */
function spent(budget: RouterBudget | undefined, sums: WindowSums): number | undefined {
  if (budget === undefined) return undefined;
  const usd = sums.read(budget.window);
  return usd < budget.maxUsd ? undefined : usd;
}
