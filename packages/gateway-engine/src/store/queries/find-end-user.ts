import { eq, isNotNull, or, sql } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { budgets, endUsers, users } from '../schema/index.ts';
import { budgetColumns, END_USER_COLUMNS } from './columns.ts';
import type { BudgetRows, EndUserRows } from './key-rows.ts';

/**
 * A customer by id; undefined for one that has no row.
 *
 * in: `otherwise`, the budgets of customers that have none of their own, also of those that have no row yet: the first that there is.
 */
export async function findEndUser(database: Database, id: string, otherwise: readonly string[] = []): Promise<EndUserRows | undefined> {
  const found = await findRow(database, id);
  if ((found?.budget ?? null) !== null) return found;
  for (const budgetId of otherwise) {
    const budget = await findBudget(database, budgetId);
    if (budget !== undefined) return { endUser: found?.endUser ?? { ...NO_ROW, user_id: id }, budget };
  }
  return found;
}

/** Whether there is a user by an id, or by an address however it is written. */
export async function isUser(database: Database, id: string): Promise<boolean> {
  const { user_id: userId, user_email: email } = users;
  const named = id.includes('@') ? or(eq(userId, id), eq(sql`lower(${email})`, id.toLowerCase())) : eq(userId, id);
  const found = await database.select({ id: userId }).from(users).where(named).limit(1);
  return found.length > 0;
}

/** A budget by its id. */
export async function findBudget(database: Database, id: string): Promise<BudgetRows | undefined> {
  const [budget] = await database.select(budgetColumns(budgets)).from(budgets).where(eq(budgets.budget_id, id)).limit(1);
  return budget;
}

/** A customer whose first call this is. */
const NO_ROW = { spend: 0, allowed_model_region: null, models: [], blocked: false };

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
  const { blocked, budget_id: budgetId, models, allowed_model_region: region } = endUsers;
  const limited = or(eq(blocked, true), isNotNull(budgetId), isNotNull(region), sql`cardinality(${models}) > 0`);
  const found = await database.select({ id: endUsers.user_id }).from(endUsers).where(limited).limit(1);
  return found.length > 0;
}
