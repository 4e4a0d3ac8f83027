import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { spendLogs, users, verificationTokens } from '../schema/index.ts';
import { textArray } from './recordset.ts';
import { inScope, type ReportScope } from './spend-reports.ts';

/** The spend of a user within a team, USD. */
export interface MemberSpend extends Record<string, unknown> {
  readonly team_id: string;
  readonly user_id: string;
  readonly user_email: string | null;
  readonly user_alias: string | null;
  readonly spend: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly api_requests: number;
  readonly successful_requests: number;
  readonly failed_requests: number;
}

/** Spend of teams by user, highest first. */
export function spendByMember(database: Database, scope: ReportScope, teamIds: readonly string[]): Promise<readonly MemberSpend[]> {
  return database.execute<MemberSpend>(sql`
    SELECT l.team_id, coalesce(l."user", '') AS user_id, u.user_email, u.user_alias, sum(l.spend) AS spend,
      sum(l.prompt_tokens)::float8 AS prompt_tokens, sum(l.completion_tokens)::float8 AS completion_tokens,
      sum(l.total_tokens)::float8 AS total_tokens, count(*)::float8 AS api_requests,
      count(*) FILTER (WHERE l.status IS DISTINCT FROM 'failure')::float8 AS successful_requests,
      count(*) FILTER (WHERE l.status = 'failure')::float8 AS failed_requests
    FROM ${spendLogs} l LEFT JOIN ${users} u ON u.user_id = l."user"
    WHERE ${inScope(scope)} AND l.team_id = ANY(${textArray(teamIds)})
    GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2`);
}

/** A filter for the calls of a cache report. */
export interface CacheScope extends ReportScope {
  /** Aliases of keys; a key without one is `Unnamed Key`. Undefined: all. */
  readonly keyAliases: readonly string[] | undefined;
  readonly models: readonly string[] | undefined;
  /** Kinds of calls that are left out because they reach no model. */
  readonly without: readonly string[];
}

/** The calls of one kind: answered by a model, answered from a cache, and failed. */
export interface CacheActivity extends Record<string, unknown> {
  readonly call_type: string;
  readonly api_requests: number;
  readonly cache_hits: number;
  readonly failed_requests: number;
  readonly cached_completion_tokens: number;
  readonly generated_completion_tokens: number;
}

/** Calls by kind; the most calls first. */
export function cacheActivity(database: Database, scope: CacheScope): Promise<readonly CacheActivity[]> {
  const isHit = sql`coalesce(l.cache_hit, '') = 'True'`;
  return database.execute<CacheActivity>(sql`
    SELECT ${KIND} AS call_type,
      (count(*) - count(*) FILTER (WHERE ${isHit}) - count(*) FILTER (WHERE l.status = 'failure'))::float8 AS api_requests,
      count(*) FILTER (WHERE ${isHit})::float8 AS cache_hits, count(*) FILTER (WHERE l.status = 'failure')::float8 AS failed_requests,
      coalesce(sum(l.completion_tokens) FILTER (WHERE ${isHit}), 0)::float8 AS cached_completion_tokens,
      coalesce(sum(l.completion_tokens) FILTER (WHERE NOT ${isHit}), 0)::float8 AS generated_completion_tokens
    FROM ${LOGS} WHERE ${looked(scope)} GROUP BY 1 ORDER BY count(*) DESC, 1`);
}

/** The number of one kind of failure among one kind of calls. */
export interface FailureCount extends Record<string, unknown> {
  readonly call_type: string;
  readonly error_code: string;
  readonly error_class: string;
  readonly count: number;
}

/** The failures of those calls, by kind. */
export function countFailures(database: Database, scope: CacheScope): Promise<readonly FailureCount[]> {
  return database.execute<FailureCount>(sql`
    SELECT ${KIND} AS call_type, ${CODE} AS error_code, ${CLASS} AS error_class, count(*)::float8 AS count
    FROM ${LOGS} WHERE ${looked(scope)} AND l.status = 'failure' GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3`);
}

/** The keys' aliases and the models that such calls can be filtered by. */
export async function cacheFilters(
  database: Database,
  scope: CacheScope,
): Promise<{ readonly keyAliases: readonly string[]; readonly models: readonly string[] }> {
  const all = { ...scope, keyAliases: undefined, models: undefined };
  const keys = await database.execute<{ readonly name: string }>(
    sql`SELECT DISTINCT ${ALIAS} AS name FROM ${LOGS} WHERE ${looked(all)} ORDER BY 1`,
  );
  const models = await database.execute<{ readonly name: string }>(
    sql`SELECT DISTINCT l.model AS name FROM ${LOGS} WHERE ${looked(all)} AND l.model <> '' ORDER BY 1`,
  );
  return { keyAliases: keys.map(({ name }) => name), models: models.map(({ name }) => name) };
}

const LOGS = sql`${spendLogs} l LEFT JOIN ${verificationTokens} k ON l.api_key = k.token`;
const KIND = sql`CASE WHEN l.call_type = '' THEN 'Unknown' ELSE l.call_type END`;
const CODE = sql`coalesce(nullif(l.metadata -> 'error_information' ->> 'error_code', ''), 'Unknown')`;
const CLASS = sql`coalesce(nullif(l.metadata -> 'error_information' ->> 'error_class', ''), 'Unknown')`;
const ALIAS = sql`coalesce(k.key_alias, 'Unnamed Key')`;

function looked({ keyAliases, models, without, ...scope }: CacheScope): SQL {
  const ofKeys = keyAliases === undefined ? sql`` : sql`AND ${ALIAS} = ANY(${textArray(keyAliases)})`;
  const ofModels = models === undefined ? sql`` : sql`AND l.model = ANY(${textArray(models)})`;
  return sql`${inScope(scope)} AND l.call_type <> ALL(${textArray(without)}) ${ofKeys} ${ofModels}`;
}
