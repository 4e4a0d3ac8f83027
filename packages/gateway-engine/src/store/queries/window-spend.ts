import { sql, type SQL } from 'drizzle-orm';
import type { SpendWindow } from '../../ports/index.ts';
import type { Database } from '../pool.ts';
import { recordset } from './recordset.ts';

/** A window and its spend, USD. */
export interface WindowSpendRow extends SpendWindow {
  readonly spend: number;
}

/** An addition to a window, USD. */
export interface WindowSpend {
  readonly window: SpendWindow;
  readonly usd: number;
}

/** The spend of an owner since the start of a window, from the call log. */
const SINCE = sql`(SELECT coalesce(sum(l.spend), 0) FROM "LiteLLM_SpendLogs" l WHERE l."startTime" >= v.start::timestamp(3)
  AND CASE v.owner WHEN 'key' THEN l.api_key = v.id ELSE l.team_id = v.id END)`;

const COLUMNS = sql`AS v(owner text, id text, duration text, start text, usd float8, place int)`;
const SAME = sql`w.entity_type = v.owner AND w.entity_id = v.id AND w.window_duration = v.duration`;

/**
 * The spend of windows. A window without a row yet is summed up from the call log.
 *
 * source: LiteLLM 1.106.2, proxy/db/spend_counter_reseed.py, read 2026-11-29.
 */
export async function findWindowSpends(database: Database, windows: readonly SpendWindow[]): Promise<readonly WindowSpendRow[]> {
  const rows = await database.execute<{ spend: number }>(sql`
    SELECT CASE WHEN w.entity_id IS NULL THEN ${SINCE} WHEN w.window_start >= v.start::timestamp(3) THEN w.spend ELSE 0 END AS spend
    FROM ${toRecords(windows.map((window) => ({ window, usd: 0 })))} ${COLUMNS}
    LEFT JOIN "LiteLLM_BudgetWindowSpend" w ON ${SAME} ORDER BY v.place`);
  return windows.map((window, index) => ({ ...window, spend: rows[index]?.spend ?? 0 }));
}

/** Adds to windows; a new window replaces the one before it. To be called in a transaction. */
export async function addToWindows(transaction: Database, amounts: readonly WindowSpend[]): Promise<void> {
  if (amounts.length === 0) return;
  const records = toRecords(amounts);
  const moment = sql`now() AT TIME ZONE 'utc'`;
  const known = await transaction.execute<{ owner: string; id: string; duration: string }>(sql`
    WITH v AS (SELECT * FROM ${records} ${COLUMNS}),
      locked AS (SELECT w.entity_type, w.entity_id, w.window_duration FROM "LiteLLM_BudgetWindowSpend" w JOIN v ON ${SAME}
        AND w.window_start >= v.start::timestamp(3) ORDER BY 1, 2, 3 FOR UPDATE OF w)
    UPDATE "LiteLLM_BudgetWindowSpend" AS w SET spend = w.spend + v.usd, updated_at = ${moment} FROM v, locked
    WHERE ${SAME} AND w.entity_type = locked.entity_type AND w.entity_id = locked.entity_id AND w.window_duration = locked.window_duration
    RETURNING v.owner, v.id, v.duration`);
  const begun = amounts.filter(
    ({ window }) => !known.some(({ owner, id, duration }) => owner === window.owner && id === window.id && duration === window.duration),
  );
  if (begun.length === 0) return;
  await transaction.execute(sql`
    INSERT INTO "LiteLLM_BudgetWindowSpend" AS w (entity_type, entity_id, window_duration, window_start, spend, updated_at)
    SELECT v.owner, v.id, v.duration, v.start::timestamp(3),
      CASE WHEN EXISTS (SELECT 1 FROM "LiteLLM_BudgetWindowSpend" w WHERE ${SAME}) THEN v.usd ELSE greatest(v.usd, ${SINCE}) END, ${moment}
    FROM ${toRecords(begun)} ${COLUMNS} ORDER BY 1, 2, 3
    ON CONFLICT (entity_type, entity_id, window_duration) DO UPDATE SET
      spend = CASE WHEN w.window_start >= EXCLUDED.window_start THEN w.spend + EXCLUDED.spend ELSE EXCLUDED.spend END,
      window_start = greatest(w.window_start, EXCLUDED.window_start), updated_at = EXCLUDED.updated_at`);
}

function toRecords(amounts: readonly WindowSpend[]): SQL {
  return recordset(
    amounts.map(({ window: { owner, id, duration, startMs }, usd }, place) => ({
      owner,
      id,
      duration,
      start: new Date(startMs).toISOString().replace('Z', ''),
      usd,
      place,
    })),
  );
}
