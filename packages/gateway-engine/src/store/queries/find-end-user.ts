import { eq } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { budgets, endUsers } from '../schema/index.ts';
import { budgetColumns, END_USER_COLUMNS } from './columns.ts';
import type { EndUserRows } from './key-rows.ts';

/** A customer by id; undefined for one that has no row. */
export async function findEndUser(database: Database, id: string): Promise<EndUserRows | undefined> {
  const [found] = await database
    .select({ endUser: END_USER_COLUMNS, budget: budgetColumns(budgets) })
    .from(endUsers)
    .leftJoin(budgets, eq(endUsers.budget_id, budgets.budget_id))
    .where(eq(endUsers.user_id, id))
    .limit(1);
  return found;
}
