import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { spendLogs } from '../schema/index.ts';
import { textArray } from './recordset.ts';

/** A filter for the calls of a report. */
export interface ReportScope {
  /** Included; absent: from the beginning. */
  readonly from?: Date;
  /** Excluded. */
  readonly before?: Date;
  /** Undefined: all users. */
  readonly user?: string | undefined;
}

/** Calls and tokens of a day, YYYY-MM-DD. */
export interface DayOfCalls extends Record<string, unknown> {
  readonly day: string;
  readonly api_requests: number;
  readonly total_tokens: number;
}

/** Calls and tokens by day. */
export function callsByDay(database: Database, scope: ReportScope): Promise<readonly DayOfCalls[]> {
  return database.execute<DayOfCalls>(sql`
    SELECT ${DAY} AS day, count(*)::float8 AS api_requests, coalesce(sum(total_tokens), 0)::float8 AS total_tokens
    FROM ${spendLogs} WHERE ${inScope(scope)} GROUP BY 1 ORDER BY 1`);
}

/** Calls and tokens by day and model group. */
export function callsByModel(database: Database, scope: ReportScope): Promise<readonly (DayOfCalls & { readonly model_group: string })[]> {
  return database.execute<DayOfCalls & { readonly model_group: string }>(sql`
    SELECT model_group, ${DAY} AS day, count(*)::float8 AS api_requests, coalesce(sum(total_tokens), 0)::float8 AS total_tokens
    FROM ${spendLogs} WHERE ${inScope(scope)} GROUP BY 1, 2 ORDER BY 2`);
}

/** The number of a day's rate-limit refusals. */
export interface DayOfRefusals extends Record<string, unknown> {
  readonly api_base: string;
  readonly day: string;
  readonly count: number;
}

/** Calls of a model group that failed with status 429, by day and the provider's base URL. */
export function rateRefusals(database: Database, scope: ReportScope, modelGroup: string): Promise<readonly DayOfRefusals[]> {
  return database.execute<DayOfRefusals>(sql`
    SELECT coalesce(api_base, '') AS api_base, ${DAY} AS day, count(*)::float8 AS count FROM ${spendLogs}
    WHERE ${inScope(scope)} AND model_group = ${modelGroup} AND status = 'failure' AND metadata -> 'error_information' ->> 'error_code' = '429'
    GROUP BY 1, 2 ORDER BY 2`);
}

/** The spend under one name, USD. */
export interface SpendOf extends Record<string, unknown> {
  readonly name: string | null;
  readonly total_spend: number;
  readonly calls: number;
  readonly tokens: number;
}

const SPENDERS = {
  model: { of: sql`model`, from: sql`` },
  provider: { of: sql`custom_llm_provider`, from: sql`` },
  end_user: { of: sql`end_user`, from: sql`` },
  api_key: { of: sql`api_key`, from: sql`` },
  tag: {
    of: sql`tag`,
    from: sql`CROSS JOIN LATERAL jsonb_array_elements_text(CASE jsonb_typeof(request_tags) WHEN 'array' THEN request_tags ELSE '[]' END) AS tags(tag)`,
  },
} as const;

/** The spend of models, providers, customers, keys or tags, highest first. */
export function spendBy(
  database: Database,
  by: keyof typeof SPENDERS,
  scope: ReportScope & { readonly key?: string | undefined; readonly tags?: readonly string[] | undefined },
  limit: number,
): Promise<readonly SpendOf[]> {
  const { of, from } = SPENDERS[by];
  const ofKey = scope.key === undefined ? sql`` : sql`AND api_key = ${scope.key}`;
  const ofTags = scope.tags === undefined ? sql`` : sql`AND tag = ANY(${textArray(scope.tags)})`;
  return database.execute<SpendOf>(sql`
    SELECT ${of} AS name, sum(spend) AS total_spend, count(*)::float8 AS calls, coalesce(sum(total_tokens), 0)::float8 AS tokens
    FROM ${spendLogs} ${from} WHERE ${inScope(scope)} ${ofKey} ${ofTags} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${limit}`);
}

/** The spend of a day, USD. */
export interface DayOfSpend extends Record<string, unknown> {
  readonly date: string;
  readonly spend: number;
  readonly api_key: string;
  readonly user: string;
}

/** Spend by day, key and user. */
export function spendByDay(database: Database, scope: ReportScope & { readonly key?: string | undefined }): Promise<readonly DayOfSpend[]> {
  const ofKey = scope.key === undefined ? sql`` : sql`AND api_key = ${scope.key}`;
  return database.execute<DayOfSpend>(sql`
    SELECT ${DAY} AS date, api_key, coalesce("user", '') AS "user", sum(spend) AS spend
    FROM ${spendLogs} WHERE ${inScope(scope)} ${ofKey} GROUP BY 1, 2, 3 ORDER BY 1`);
}

/** The spend of a day, a key, a user and a model. */
export interface SummedDay extends DayOfSpend {
  readonly model: string;
}

/** Spend by day, key, user and model, of matching calls; the end of the range is included. */
export function summedDays(database: Database, { from, to, key, user, requestId }: SummedScope): Promise<readonly SummedDay[]> {
  const conditions = [sql`"startTime" >= ${instant(from)}`, sql`"startTime" <= ${instant(to)}`];
  if (key !== undefined) conditions.push(sql`api_key = ${key}`);
  if (user !== undefined) conditions.push(sql`"user" = ${user}`);
  if (requestId !== undefined) conditions.push(sql`request_id = ${requestId}`);
  return database.execute<SummedDay>(sql`
    SELECT ${DAY} AS date, api_key, coalesce("user", '') AS "user", model, sum(spend) AS spend
    FROM ${spendLogs} WHERE ${sql.join(conditions, sql` AND `)} GROUP BY 1, 2, 3, 4 ORDER BY 1`);
}

/** A filter for the calls that are summed up. */
export interface SummedScope {
  readonly from: Date;
  readonly to: Date;
  readonly key: string | undefined;
  readonly user: string | undefined;
  readonly requestId: string | undefined;
}

/** The spend of a team on a day. */
export interface TeamDay extends Record<string, unknown> {
  readonly team_alias: string | null;
  readonly date: string;
  readonly spend: number;
}

/** Spend by day and team alias. */
export function spendByTeam(database: Database, scope: ReportScope): Promise<readonly TeamDay[]> {
  return database.execute<TeamDay>(sql`
    SELECT t.team_alias, ${DAY} AS date, sum(s.spend) AS spend
    FROM ${spendLogs} s LEFT JOIN "LiteLLM_TeamTable" t ON s.team_id = t.team_id
    WHERE ${inScope(scope)} GROUP BY 1, 2 ORDER BY 2`);
}

const DAY = sql`to_char("startTime", 'YYYY-MM-DD')`;

/** The scope as a condition, for queries in which only the logs have the columns `startTime` and `user`. */
export function inScope({ from, before, user }: ReportScope): SQL {
  const conditions = [
    ...(from === undefined ? [] : [sql`"startTime" >= ${instant(from)}`]),
    ...(before === undefined ? [] : [sql`"startTime" < ${instant(before)}`]),
    ...(user === undefined ? [] : [sql`"user" = ${user}`, sql`"user" <> ''`]),
  ];
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` AND `);
}

function instant(moment: Date): SQL {
  return sql`(${moment.toISOString()}::timestamptz AT TIME ZONE 'utc')`;
}
