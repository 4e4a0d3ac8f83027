import { eq, isNotNull, or, sql } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { budgets, endUsers, users } from '../schema/index.ts';
import { budgetColumns, END_USER_COLUMNS } from './columns.ts';
import type { BudgetRows, EndUserRows } from './key-rows.ts';

/**
 * A customer by id; undefined where there is no row.
 *
 * in: `otherwise`: ids of budgets for customers without one of their own, also for those without a row; the first that exists counts.
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

/** Whether a user has this id, or this email address in upper or lower case. */
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

/** The row of a customer before his first call. */
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

/** Whether any customer's row has limits. LiteLLM also makes rows for customers without any. */
export async function hasLimitedEndUsers(database: Database): Promise<boolean> {
  const { blocked, budget_id: budgetId, models, allowed_model_region: region } = endUsers;
  const limited = or(eq(blocked, true), isNotNull(budgetId), isNotNull(region), sql`cardinality(${models}) > 0`);
  const found = await database.select({ id: endUsers.user_id }).from(endUsers).where(limited).limit(1);
  return found.length > 0;
}
