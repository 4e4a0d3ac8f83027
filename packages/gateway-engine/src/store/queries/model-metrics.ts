import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { spendLogs } from '../schema/index.ts';

/** Which calls of a group of models are looked at; answers from the cache are not. */
export interface MetricScope {
  readonly modelGroup: string;
  readonly from: Date;
  readonly to: Date;
  /** Undefined: anybody's. */
  readonly keyHash?: string | undefined;
  readonly endUser?: string | undefined;
}

/** How long something took, in the mean of a day or in one call, seconds. */
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
/** Answers that came piece by piece. */
const STREAMED = sql`"completionStartTime" IS NOT NULL AND "completionStartTime" <> "endTime"`;

/** Seconds for each token of the answer, by day; the slowest first. */
export function tokenLatencies(database: Database, scope: MetricScope): Promise<readonly Latency[]> {
  return database.execute<Latency>(sql`
    SELECT api_base, model, ${DAY} AS at, avg(${TOOK} / nullif(completion_tokens, 0))::float8 AS seconds
    FROM ${spendLogs} WHERE ${inScope(scope)} GROUP BY 1, 2, 3 HAVING sum(completion_tokens) > 0 ORDER BY 4 DESC`);
}

/** Seconds to the first token of a stream: in the mean of each day, or call by call. */
export function firstTokenLatencies(database: Database, scope: MetricScope, each: boolean): Promise<readonly Latency[]> {
  const at = each ? sql`request_id` : DAY;
  return database.execute<Latency>(sql`
    SELECT api_base, model, ${at} AS at, avg(${WAITED})::float8 AS seconds
    FROM ${spendLogs} WHERE ${inScope(scope)} AND ${STREAMED} GROUP BY 1, 2, 3 ORDER BY 4 DESC`);
}

/** Calls to a provider's address, and those of them that took too long. */
export interface SlowCalls extends Record<string, unknown> {
  readonly api_base: string | null;
  readonly total_count: number;
  readonly slow_count: number;
}

/** Calls that took `seconds` or longer, by address; that of most comes first. */
export function countSlowCalls(database: Database, scope: MetricScope, seconds: number): Promise<readonly SlowCalls[]> {
  return database.execute<SlowCalls>(sql`
    SELECT api_base, count(*)::float8 AS total_count, count(*) FILTER (WHERE ${TOOK} >= ${seconds}::float8)::float8 AS slow_count
    FROM ${spendLogs} WHERE ${inScope(scope)} GROUP BY 1 ORDER BY 3 DESC, 1`);
}

/** Failures of one kind. */
export interface FailuresOf extends Record<string, unknown> {
  readonly api_base: string | null;
  readonly model: string;
  readonly kind: string;
  readonly count: number;
}

/** Calls that failed, by model, address and kind. */
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
