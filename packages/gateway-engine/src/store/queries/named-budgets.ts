import { eq, isNotNull } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { budgets, modelAccessGroupBudgets, tags } from '../schema/index.ts';

/** A tag or a model access group: its name, its spend and its budget, USD. */
export interface NamedBudgetRow {
  readonly name: string;
  readonly spend: number;
  readonly max: number | null;
}

/** All tags with a budget. They are few, because only admins make them. */
export async function findTagBudgets(database: Database): Promise<readonly NamedBudgetRow[]> {
  return database
    .select({ name: tags.tag_name, spend: tags.spend, max: budgets.max_budget })
    .from(tags)
    .innerJoin(budgets, eq(tags.budget_id, budgets.budget_id))
    .where(isNotNull(budgets.max_budget));
}

/** All model access groups with a row, in which their spend is counted with or without a limit. */
export async function findAccessGroupBudgets(database: Database): Promise<readonly NamedBudgetRow[]> {
  return database
    .select({ name: modelAccessGroupBudgets.access_group_name, spend: modelAccessGroupBudgets.spend, max: budgets.max_budget })
    .from(modelAccessGroupBudgets)
    .leftJoin(budgets, eq(modelAccessGroupBudgets.budget_id, budgets.budget_id));
}
