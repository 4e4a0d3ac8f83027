import { eq, isNotNull, or, sql } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { budgets, endUsers } from '../schema/index.ts';
import { budgetColumns, END_USER_COLUMNS } from './columns.ts';
import type { BudgetRows, EndUserRows } from './key-rows.ts';

/**
 * A customer by id; undefined for one that has no row.
 *
 * in: `otherwise`, the budget of customers that have none of their own, also of those that have no row yet; undefined: they have none.
 */
export async function findEndUser(database: Database, id: string, otherwise?: string): Promise<EndUserRows | undefined> {
  const found = await findRow(database, id);
  if (otherwise === undefined || (found?.budget ?? null) !== null) return found;
  const budget = await findBudget(database, otherwise);
  if (budget === undefined) return found;
  return { endUser: found?.endUser ?? { ...NO_ROW, user_id: id }, budget };
}

/** A budget by its id. */
export async function findBudget(database: Database, id: string): Promise<BudgetRows | undefined> {
  const [budget] = await database.select(budgetColumns(budgets)).from(budgets).where(eq(budgets.budget_id, id)).limit(1);
  return budget;
}

/** A customer whose first call this is. */
const NO_ROW = { spend: 0, allowed_model_region: null, default_model: null, models: [], blocked: false };

async function findRow(database: Database, id: string): Promise<EndUserRows | undefined> {
  const [found] = await database
    .select({ endUser: END_USER_COLUMNS, budget: budgetColumns(budgets) })
    .from(endUsers)
    .leftJoin(budgets, eq(endUsers.budget_id, budgets.budget_id))
    .where(eq(endUsers.user_id, id))
    .limit(1);
  return found;
}

/** Whether any customer's row limits him at all. LiteLLM makes rows for customers that nobody limited. */
export async function hasLimitedEndUsers(database: Database): Promise<boolean> {
  const { blocked, budget_id: budgetId, models, allowed_model_region: region, default_model: model } = endUsers;
  const limited = or(eq(blocked, true), isNotNull(budgetId), isNotNull(region), isNotNull(model), sql`cardinality(${models}) > 0`);
  const found = await database.select({ id: endUsers.user_id }).from(endUsers).where(limited).limit(1);
  return found.length > 0;
}
