import { sql } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { spendLogs } from '../schema/index.ts';

/** Rows that are deleted in one transaction, at most. */
export const CLEANED_ROWS_MAX = 1_000;

/** Held by the one instance that deletes; the number means nothing. */
const CLEANUP_LOCK = 7_309_418;

/** Deletes calls that began before a moment, some at a time. out: how many; undefined: another instance does it. */
export async function deleteSpendLogs(transaction: Database, before: Date): Promise<number | undefined> {
  const [row] = await transaction.execute<{ taken: boolean }>(sql`SELECT pg_try_advisory_xact_lock(${CLEANUP_LOCK}::bigint) AS taken`);
  if (row?.taken !== true) return undefined;
  const gone = await transaction.execute<{ request_id: string }>(sql`
    DELETE FROM ${spendLogs} WHERE request_id IN (
      SELECT request_id FROM ${spendLogs} WHERE "startTime" < (${before.toISOString()}::timestamptz AT TIME ZONE 'utc')
      LIMIT ${CLEANED_ROWS_MAX}::int FOR UPDATE SKIP LOCKED)
    RETURNING request_id`);
  return gone.length;
}
