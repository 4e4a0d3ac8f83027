import { sql } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { spendLogs } from '../schema/index.ts';

/** The most rows that are deleted in one transaction. */
export const CLEANED_ROWS_MAX = 1_000;

/** The advisory lock of the instance that deletes; an arbitrary number. */
const CLEANUP_LOCK = 7_309_418;

/** Deletes up to `CLEANED_ROWS_MAX` calls that began before a time. out: their number; undefined: another instance holds the lock. */
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
