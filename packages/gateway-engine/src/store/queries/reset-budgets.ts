import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';

/** Owners with budgets of their own that are reset. */
export type ResetOwner = 'key' | 'user' | 'team';

/** A budget that is due. */
export interface DueBudget {
  readonly id: string;
  /** As it is stored, such as `30d`. */
  readonly duration: string | null;
}

/** The time of the next reset; undefined: never again. */
export interface NextReset {
  readonly id: string;
  readonly at: Date | undefined;
}

/** The most rows that are reset in one transaction. */
export const RESET_ROWS_MAX = 500;

/** The advisory lock of the instance that resets budgets; an arbitrary number. */
const RESET_LOCK = 7_309_416;

const OWNERS: Readonly<Record<ResetOwner, { readonly table: SQL; readonly id: SQL }>> = {
  key: { table: sql`"LiteLLM_VerificationToken"`, id: sql`token` },
  user: { table: sql`"LiteLLM_UserTable"`, id: sql`user_id` },
  team: { table: sql`"LiteLLM_TeamTable"`, id: sql`team_id` },
};

/** Takes the lock if no other instance has it. out: whether it was taken. It is released with the transaction. */
export async function takeResetLock(transaction: Database): Promise<boolean> {
  const [row] = await transaction.execute<{ taken: boolean }>(sql`SELECT pg_try_advisory_xact_lock(${RESET_LOCK}::bigint) AS taken`);
  return row?.taken === true;
}

/** Keys, users or teams whose budgets are due. Their rows are locked, so that concurrent writes of spend wait. */
export async function dueOwners(transaction: Database, owner: ResetOwner): Promise<readonly DueBudget[]> {
  const { table, id } = OWNERS[owner];
  return transaction.execute<{ id: string; duration: string | null }>(sql`
    SELECT ${id} AS id, budget_duration AS duration FROM ${table}
    WHERE budget_reset_at <= now() AT TIME ZONE 'utc' ORDER BY ${id} LIMIT ${RESET_ROWS_MAX}::int FOR UPDATE`);
}

/** Resets the spend of keys, users or teams, and sets their next reset. */
export async function resetOwners(transaction: Database, owner: ResetOwner, next: readonly NextReset[]): Promise<void> {
  const { table, id } = OWNERS[owner];
  await transaction.execute(sql`
    UPDATE ${table} AS t SET spend = 0, budget_reset_at = v.at::timestamp(3)
    FROM jsonb_to_recordset(${toRecords(next)}::text::jsonb) AS v(id text, at text) WHERE t.${id} = v.id`);
}

/** Rows of the table of budgets that are due, locked. */
export async function dueBudgets(transaction: Database): Promise<readonly DueBudget[]> {
  return transaction.execute<{ id: string; duration: string | null }>(sql`
    SELECT budget_id AS id, budget_duration AS duration FROM "LiteLLM_BudgetTable"
    WHERE budget_reset_at <= now() AT TIME ZONE 'utc' ORDER BY budget_id LIMIT ${RESET_ROWS_MAX}::int FOR UPDATE`);
}

/**
 * Resets budgets, and the spend of all who have one of them: members, keys without a reset time of their own, organisations, tags, model
 * access groups, projects and customers.
 *
 * in:     `ofEndUsers`: the budget of customers without one of their own.
 * source: LiteLLM 1.106.2, proxy/common_utils/reset_budget_job.py, read 2026-11-29.
 */
export async function resetBudgets(transaction: Database, next: readonly NextReset[], ofEndUsers: string | undefined): Promise<void> {
  const of = sql`budget_id IN (SELECT v.id FROM jsonb_to_recordset(${toRecords(next)}::text::jsonb) AS v(id text)) AND spend <> 0`;
  for (const table of [
    sql`"LiteLLM_TeamMembership"`,
    sql`"LiteLLM_OrganizationTable"`,
    sql`"LiteLLM_TagTable"`,
    sql`"LiteLLM_ModelAccessGroupBudgetTable"`,
    sql`"LiteLLM_ProjectTable"`,
  ])
    await transaction.execute(sql`UPDATE ${table} SET spend = 0 WHERE ${of}`);
  await transaction.execute(sql`UPDATE "LiteLLM_VerificationToken" SET spend = 0 WHERE ${of} AND budget_duration IS NULL`);
  await transaction.execute(sql`UPDATE "LiteLLM_EndUserTable" SET spend = 0 WHERE ${of}`);
  if (next.some(({ id }) => id === ofEndUsers)) {
    await transaction.execute(sql`UPDATE "LiteLLM_EndUserTable" SET spend = 0 WHERE budget_id IS NULL AND spend <> 0`);
  }
  await transaction.execute(sql`
    UPDATE "LiteLLM_BudgetTable" AS t SET budget_reset_at = v.at::timestamp(3)
    FROM jsonb_to_recordset(${toRecords(next)}::text::jsonb) AS v(id text, at text) WHERE t.budget_id = v.id`);
}

function toRecords(next: readonly NextReset[]): string {
  return JSON.stringify(next.map(({ id, at }) => ({ id, at: at?.toISOString().replace('Z', '') ?? null })));
}
