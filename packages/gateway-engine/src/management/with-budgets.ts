import { tables, type BudgetRow, type Database } from '../store/index.ts';
import { ROWS_MAX } from './rows-max.ts';

/** Rows with their budgets, as the reference shows them; null where a row has none. */
export async function withBudgets<Row extends { readonly budget_id: string | null }>(
  database: Database,
  rows: readonly Row[],
): Promise<readonly (Row & { readonly litellm_budget_table: BudgetRow | null })[]> {
  const ids = [...new Set(rows.map(({ budget_id: id }) => id).filter((id) => id !== null))];
  const budgets =
    ids.length === 0 ? [] : await tables.budgets.list(database, { budget_id: { in: ids } }, { sortBy: 'budget_id', limit: ROWS_MAX });
  const byId = new Map(budgets.map((budget) => [budget.budget_id, budget]));
  return rows.map((row) => ({ ...row, litellm_budget_table: row.budget_id === null ? null : (byId.get(row.budget_id) ?? null) }));
}
