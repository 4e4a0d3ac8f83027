import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { textArray } from './recordset.ts';
import { DAILY_TABLES, type DailyScope } from './write-daily-spend.ts';

/** A filter for days. An empty list matches nothing. */
export interface DayFilter {
  readonly scope: DailyScope;
  readonly owners?: readonly string[] | undefined;
  readonly without?: readonly string[] | undefined;
  /** YYYY-MM-DD, UTC, both included. */
  readonly from: string;
  readonly to: string;
  readonly model?: string | undefined;
  readonly keys?: readonly string[] | undefined;
}

/** The columns of days that are summed up. */
export const DAY_SUMS = [
  'spend',
  'prompt_tokens',
  'completion_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'compression_saved_tokens',
  'compression_savings_spend',
  'prompt_caching_savings_spend',
  'gateway_injected_caching_savings_spend',
  'autorouter_savings_spend',
  'successful_requests',
  'failed_requests',
  'api_requests',
  'total_response_time_ms',
  'timed_requests',
] as const;

/** The sums, by column. */
export type DaySums = Readonly<Record<(typeof DAY_SUMS)[number], number>>;

/** What days are broken down by; `all` is the day as a whole. */
export type DayKind = 'all' | 'models' | 'model_groups' | 'providers' | 'mcp_servers' | 'endpoints' | 'entities';

/** The sums of one kind and name on a day, of all keys or of one. */
export interface DayPart extends DaySums {
  readonly date: string;
  readonly kind: DayKind;
  readonly name: string;
  /** Null: all keys together. */
  readonly api_key: string | null;
}

/** One page of days, broken down, and the number of all rows. */
export async function readDayPage(
  database: Database,
  filter: DayFilter,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ readonly parts: readonly DayPart[]; readonly total: number }> {
  const { table } = DAILY_TABLES[filter.scope];
  const where = conditions(filter);
  const parts = await database.execute<PartRow>(sql`
    WITH days AS (SELECT * FROM ${table} WHERE ${where} ORDER BY date DESC, id LIMIT ${limit} OFFSET ${offset})
    SELECT ${PART_COLUMNS} FROM days CROSS JOIN LATERAL ${kindsOf(filter.scope)} GROUP BY GROUPING SETS ${SETS}`);
  const [row] = await database.execute<{ total: number }>(sql`SELECT count(*)::float8 AS total FROM ${table} WHERE ${where}`);
  return { parts, total: row?.total ?? 0 };
}

/** All days, broken down; by key only for the keys with the highest spend. */
export async function readAllDays(
  database: Database,
  filter: DayFilter,
  keysMax: number,
): Promise<{ readonly parts: readonly DayPart[]; readonly keys: number }> {
  const { table } = DAILY_TABLES[filter.scope];
  const where = conditions(filter);
  const parts = await database.execute<PartRow>(sql`
    WITH days AS (SELECT * FROM ${table} WHERE ${where}),
      top AS (SELECT api_key FROM days GROUP BY api_key ORDER BY sum(spend) DESC, api_key LIMIT ${keysMax})
    SELECT ${PART_COLUMNS} FROM days CROSS JOIN LATERAL ${kindsOf(filter.scope)} GROUP BY GROUPING SETS ${SETS}
    HAVING GROUPING(api_key) = 1 OR api_key IN (SELECT api_key FROM top)`);
  const [row] = await database.execute<{ keys: number }>(sql`SELECT count(DISTINCT api_key)::float8 AS keys FROM ${table} WHERE ${where}`);
  return { parts, keys: row?.keys ?? 0 };
}

type PartRow = DayPart & Record<string, unknown>;

const SETS = sql`((date, kind, name), (date, kind, name, api_key))`;

/** The sums as columns of a query. */
export const SUM_COLUMNS: SQL = sql.join(
  DAY_SUMS.map((name) => sql`sum(${sql.identifier(name)})::float8 AS ${sql.identifier(name)}`),
  sql`, `,
);

const PART_COLUMNS = sql`date, kind, name, api_key, ${SUM_COLUMNS}`;

/** The breakdowns that a row is part of; without a name it is part of none. Source: LiteLLM 1.106.2, update_breakdown_metrics. */
function kindsOf(scope: DailyScope): SQL {
  const owner = sql.identifier(DAILY_TABLES[scope].owner);
  return sql`(SELECT * FROM (VALUES ('all', ''), ('models', model), ('model_groups', coalesce(nullif(model_group, ''), model)),
    ('providers', coalesce(nullif(custom_llm_provider, ''), 'unknown')), ('mcp_servers', mcp_namespaced_tool_name),
    ('endpoints', endpoint), ('entities', coalesce(nullif(${owner}, ''), 'Unassigned'))) AS named(kind, name)
    WHERE kind = 'all' OR name <> '') AS kinds`;
}

/** The filter as a condition on rows of its table. */
export function conditions({ scope, owners, without, from, to, model, keys }: DayFilter): SQL {
  const owner = sql.identifier(DAILY_TABLES[scope].owner);
  const parts = [sql`date >= ${from}`, sql`date <= ${to}`];
  if (owners !== undefined) parts.push(sql`${owner} = ANY(${textArray(owners)})`);
  if (without !== undefined) parts.push(sql`(${owner} IS NULL OR NOT ${owner} = ANY(${textArray(without)}))`);
  if (model !== undefined) parts.push(sql`model = ${model}`);
  if (keys !== undefined) parts.push(sql`api_key = ANY(${textArray(keys)})`);
  return sql.join(parts, sql` AND `);
}
