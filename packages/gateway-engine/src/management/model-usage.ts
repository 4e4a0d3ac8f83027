import { toModelBudgets } from '../tenants/index.ts';
import type { ManagementParts } from './parts.ts';

const DECIMALS = 4;

/**
 * What was spent of budgets by model in their current periods, as key and user infos show it.
 *
 * in:     `model_max_budget` as the row has it.
 * out:    undefined where there is no such budget.
 * source: LiteLLM 1.106.2, proxy/hooks/model_max_budget_limiter.py `build_model_max_budget_usage`.
 */
export function modelUsage(
  { spending }: ManagementParts,
  scope: Parameters<typeof toModelBudgets>[0],
  id: string,
  value: unknown,
): Readonly<Record<string, object>> | undefined {
  const budgets = toModelBudgets(scope, id, value, spending?.sums);
  if (budgets === undefined) return undefined;
  return Object.fromEntries(
    [...budgets].map(([model, { window, budget }]) => [
      model,
      { current_spend: Number(budget.spend.toFixed(DECIMALS)), budget_limit: budget.max ?? null, time_period: window.duration },
    ]),
  );
}
