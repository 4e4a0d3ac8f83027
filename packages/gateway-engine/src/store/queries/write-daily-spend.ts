import { sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../pool.ts';
import { dailyEndUserSpend, dailyOrganizationSpend, dailyTagSpend, dailyTeamSpend, dailyUserSpend } from '../schema/index.ts';
import { recordset } from './recordset.ts';

/** The kinds of owners whose days are counted. */
export type DailyScope = 'user' | 'team' | 'organization' | 'end_user' | 'tag';

/** The sums of a day for one key, model, provider and endpoint. */
export interface DailySums {
  /** YYYY-MM-DD, UTC. */
  readonly date: string;
  readonly api_key: string;
  readonly model: string;
  readonly model_group: string;
  readonly custom_llm_provider: string;
  readonly endpoint: string;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly spend: number;
  readonly api_requests: number;
  readonly successful_requests: number;
  readonly failed_requests: number;
  readonly total_response_time_ms: number;
  readonly timed_requests: number;
}

/** The sums of an owner. */
export interface DailyRow extends DailySums {
  readonly owner: string;
  /** The id of one of the calls. */
  readonly request_id: string;
}

/** The days of one kind of owners: one row for each owner, date, key, model, provider and endpoint. */
export interface DailyRows {
  readonly scope: DailyScope;
  readonly rows: readonly DailyRow[];
}

/** The table of each kind, and its column with the owner's id. */
export const DAILY_TABLES: Readonly<Record<DailyScope, { readonly table: PgTable; readonly owner: string }>> = {
  user: { table: dailyUserSpend, owner: 'user_id' },
  team: { table: dailyTeamSpend, owner: 'team_id' },
  organization: { table: dailyOrganizationSpend, owner: 'organization_id' },
  end_user: { table: dailyEndUserSpend, owner: 'end_user_id' },
  tag: { table: dailyTagSpend, owner: 'tag' },
};

const KEY = ['date', 'api_key', 'model', 'custom_llm_provider', 'mcp_namespaced_tool_name', 'endpoint'] as const;
const SUMS = [
  'prompt_tokens',
  'completion_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'spend',
  'api_requests',
  'successful_requests',
  'failed_requests',
  'total_response_time_ms',
  'timed_requests',
] as const;

/**
 * Adds days to their table. Rows are locked in a fixed order, so that concurrent instances do not deadlock.
 *
 * source: LiteLLM 1.106.2, proxy/db/daily_spend_bulk_upsert.py, read 2026-11-29: a missing name is written as '', because NULL cannot be part
 *         of a key.
 */
export async function addDailySpend(transaction: Database, { scope, rows }: DailyRows): Promise<void> {
  const { table, owner } = DAILY_TABLES[scope];
  const key = names([owner, ...KEY]);
  const ofTag = scope === 'tag';
  const updates = SUMS.map((name) => sql`${sql.identifier(name)} = ${table}.${sql.identifier(name)} + EXCLUDED.${sql.identifier(name)}`);
  await transaction.execute(sql`
    INSERT INTO ${table} (id, ${key}, model_group, ${names(SUMS)}, updated_at ${ofTag ? sql`, request_id` : sql``})
    SELECT gen_random_uuid()::text, v.owner, v.date, v.api_key, v.model, v.custom_llm_provider, '', v.endpoint, v.model_group,
      ${names(SUMS)}, now() AT TIME ZONE 'utc' ${ofTag ? sql`, v.request_id` : sql``}
    FROM ${recordset(rows)} AS v(owner text, date text, api_key text, model text, custom_llm_provider text, endpoint text,
      model_group text, request_id text, ${columnsOfSums})
    ORDER BY v.owner, v.date, v.api_key, v.model, v.custom_llm_provider, v.endpoint
    ON CONFLICT (${key}) DO UPDATE SET ${sql.join(updates, sql`, `)}, updated_at = EXCLUDED.updated_at`);
}

const columnsOfSums = sql.join(
  SUMS.map((name) => sql`${sql.identifier(name)} ${name === 'spend' ? sql`float8` : sql`bigint`}`),
  sql`, `,
);

function names(columns: readonly string[]): SQL {
  return sql.join(
    columns.map((name) => sql.identifier(name)),
    sql`, `,
  );
}
