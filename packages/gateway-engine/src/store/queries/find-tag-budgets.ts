import { eq, isNotNull } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { budgets, tags } from '../schema/index.ts';

/** A tag, what its calls have cost, and what they may. USD. */
export interface TagBudgetRow {
  readonly name: string;
  readonly spend: number;
  readonly max: number | null;
}

/** All tags that have a budget: admins make them, so that they are few, whatever tags calls name. */
export async function findTagBudgets(database: Database): Promise<readonly TagBudgetRow[]> {
  return database
    .select({ name: tags.tag_name, spend: tags.spend, max: budgets.max_budget })
    .from(tags)
    .innerJoin(budgets, eq(tags.budget_id, budgets.budget_id))
    .where(isNotNull(budgets.max_budget));
}
