import { eq, isNotNull } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { budgets, modelAccessGroupBudgets, tags } from '../schema/index.ts';

/** Something that has a name alone, what its calls have cost, and what they may. USD. */
export interface NamedBudgetRow {
  readonly name: string;
  readonly spend: number;
  readonly max: number | null;
}

/** All tags that have a budget: admins make them, so that they are few, whatever tags calls name. */
export async function findTagBudgets(database: Database): Promise<readonly NamedBudgetRow[]> {
  return database
    .select({ name: tags.tag_name, spend: tags.spend, max: budgets.max_budget })
    .from(tags)
    .innerJoin(budgets, eq(tags.budget_id, budgets.budget_id))
    .where(isNotNull(budgets.max_budget));
}

/** All model access groups that have a row: what is spent is counted there, whether or not it is limited. */
export async function findAccessGroupBudgets(database: Database): Promise<readonly NamedBudgetRow[]> {
  return database
    .select({ name: modelAccessGroupBudgets.access_group_name, spend: modelAccessGroupBudgets.spend, max: budgets.max_budget })
    .from(modelAccessGroupBudgets)
    .leftJoin(budgets, eq(modelAccessGroupBudgets.budget_id, budgets.budget_id));
}
