import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { spendLogs } from '../schema/index.ts';

/** Which calls of a model group to look at. Answers from the cache are left out. */
export interface MetricScope {
  readonly modelGroup: string;
  readonly from: Date;
  readonly to: Date;
  /** Undefined: all callers. */
  readonly keyHash?: string | undefined;
  readonly endUser?: string | undefined;
}

/** A latency, seconds: the mean of a day, or that of one call. */
export interface Latency extends Record<string, unknown> {
  readonly api_base: string | null;
  readonly model: string;
  /** A day as YYYY-MM-DD, or a call's id. */
  readonly at: string;
  readonly seconds: number;
}

const DAY = sql`to_char("startTime", 'YYYY-MM-DD')`;
const TOOK = sql`EXTRACT(epoch FROM ("endTime" - "startTime"))`;
const WAITED = sql`EXTRACT(epoch FROM ("completionStartTime" - "startTime"))`;
/** The condition for streamed answers. */
const STREAMED = sql`"completionStartTime" IS NOT NULL AND "completionStartTime" <> "endTime"`;

/** Seconds per output token, by day; the slowest first. */
export function tokenLatencies(database: Database, scope: MetricScope): Promise<readonly Latency[]> {
  return database.execute<Latency>(sql`
    SELECT api_base, model, ${DAY} AS at, avg(${TOOK} / nullif(completion_tokens, 0))::float8 AS seconds
    FROM ${spendLogs} WHERE ${inScope(scope)} GROUP BY 1, 2, 3 HAVING sum(completion_tokens) > 0 ORDER BY 4 DESC`);
}

/** Time to first token of streams, seconds: the mean of each day, or with `each` of every call. */
export function firstTokenLatencies(database: Database, scope: MetricScope, each: boolean): Promise<readonly Latency[]> {
  const at = each ? sql`request_id` : DAY;
  return database.execute<Latency>(sql`
    SELECT api_base, model, ${at} AS at, avg(${WAITED})::float8 AS seconds
    FROM ${spendLogs} WHERE ${inScope(scope)} AND ${STREAMED} GROUP BY 1, 2, 3 ORDER BY 4 DESC`);
}

/** The number of calls to a provider's base URL, and of the slow ones among them. */
export interface SlowCalls extends Record<string, unknown> {
  readonly api_base: string | null;
  readonly total_count: number;
  readonly slow_count: number;
}

/** Calls that took `seconds` or longer, by base URL; the highest count first. */
export function countSlowCalls(database: Database, scope: MetricScope, seconds: number): Promise<readonly SlowCalls[]> {
  return database.execute<SlowCalls>(sql`
    SELECT api_base, count(*)::float8 AS total_count, count(*) FILTER (WHERE ${TOOK} >= ${seconds}::float8)::float8 AS slow_count
    FROM ${spendLogs} WHERE ${inScope(scope)} GROUP BY 1 ORDER BY 3 DESC, 1`);
}

/** The number of failures of one kind. */
export interface FailuresOf extends Record<string, unknown> {
  readonly api_base: string | null;
  readonly model: string;
  readonly kind: string;
  readonly count: number;
}

/** Failed calls by model, base URL and kind. */
export function countModelFailures(database: Database, scope: MetricScope): Promise<readonly FailuresOf[]> {
  return database.execute<FailuresOf>(sql`
    SELECT api_base, model, coalesce(nullif(metadata -> 'error_information' ->> 'error_class', ''), 'Unknown') AS kind, count(*)::float8 AS count
    FROM ${spendLogs} WHERE ${inScope(scope)} AND status = 'failure' GROUP BY 1, 2, 3 ORDER BY 4 DESC, 2, 3`);
}

function inScope({ modelGroup, from, to, keyHash, endUser }: MetricScope): SQL {
  const ofKey = keyHash === undefined ? sql`` : sql`AND api_key = ${keyHash}`;
  const ofUser = endUser === undefined ? sql`` : sql`AND end_user = ${endUser}`;
  const times = sql`"startTime" >= ${from.toISOString()}::timestamp AND "startTime" <= ${to.toISOString()}::timestamp`;
  return sql`${times} AND model_group = ${modelGroup} AND cache_hit IS DISTINCT FROM 'True' ${ofKey} ${ofUser}`;
}
