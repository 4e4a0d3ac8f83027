import { and, asc, count, desc, gte, ilike, inArray, isNotNull, isNull, lte, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { budgets } from '../schema/index.ts';

/** The columns that budgets may be sorted by: no name from a request reaches a query. */
export const BUDGET_SORTS = ['budget_id', 'max_budget', 'tpm_limit', 'rpm_limit', 'tpd_limit', 'created_at'] as const;

/** A filter for budgets: all members have to match, and undefined ones match any. */
export interface BudgetFilter {
  readonly durations?: readonly string[] | undefined;
  /** Whether it is never reset. */
  readonly isEndless?: boolean | undefined;
  readonly maxFrom?: number | undefined;
  readonly maxTo?: number | undefined;
  /** Whether it has no limit. */
  readonly isUnlimited?: boolean | undefined;
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
  /** A part of the id. */
  readonly part?: string | undefined;
}

/** One key of the sort order. */
export interface BudgetOrder {
  readonly by: (typeof BUDGET_SORTS)[number];
  readonly descending: boolean;
}

/** What is shown of a budget. */
export type ShownBudget = Pick<typeof budgets.$inferSelect, keyof typeof COLUMNS>;

const COLUMNS = {
  budget_id: budgets.budget_id,
  max_budget: budgets.max_budget,
  soft_budget: budgets.soft_budget,
  tpm_limit: budgets.tpm_limit,
  rpm_limit: budgets.rpm_limit,
  tpd_limit: budgets.tpd_limit,
  budget_duration: budgets.budget_duration,
  budget_reset_at: budgets.budget_reset_at,
  created_at: budgets.created_at,
  updated_at: budgets.updated_at,
} as const;

/** Budgets of one page, and the number of all that match. Nulls are sorted last in either direction. */
export async function findBudgetPage(
  database: Database,
  filter: BudgetFilter,
  order: readonly BudgetOrder[],
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ readonly rows: readonly ShownBudget[]; readonly total: number }> {
  const where = conditionOf(filter);
  const sorted = order.map(({ by, descending }) => sql`${descending ? desc(budgets[by]) : asc(budgets[by])} nulls last`);
  const [counted] = await database.select({ total: count() }).from(budgets).where(where);
  const rows = await database
    .select(COLUMNS)
    .from(budgets)
    .where(where)
    .orderBy(...sorted, asc(budgets.budget_id))
    .offset(offset)
    .limit(limit);
  return { rows, total: counted?.total ?? 0 };
}

function conditionOf(filter: BudgetFilter): SQL | undefined {
  const { durations, isEndless, maxFrom, maxTo, isUnlimited, createdFrom, createdTo, part } = filter;
  return and(
    durations === undefined ? undefined : inArray(budgets.budget_duration, [...durations]),
    isEndless === undefined ? undefined : (isEndless ? isNull : isNotNull)(budgets.budget_duration),
    maxFrom === undefined ? undefined : gte(budgets.max_budget, maxFrom),
    maxTo === undefined ? undefined : lte(budgets.max_budget, maxTo),
    isUnlimited === undefined ? undefined : (isUnlimited ? isNull : isNotNull)(budgets.max_budget),
    createdFrom === undefined ? undefined : gte(budgets.created_at, createdFrom),
    createdTo === undefined ? undefined : lte(budgets.created_at, createdTo),
    part === undefined ? undefined : ilike(budgets.budget_id, `%${part.replace(/[\\%_]/gu, String.raw`\$&`)}%`),
  );
}
