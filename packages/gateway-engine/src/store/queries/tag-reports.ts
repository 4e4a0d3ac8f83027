import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { dailyTagSpend, users, verificationTokens } from '../schema/index.ts';
import { textArray } from './recordset.ts';

/** A range of days, YYYY-MM-DD, both included, and tags; `part`: tags that contain it. */
export interface TagDays {
  readonly from: string;
  readonly to: string;
  readonly tags?: readonly string[] | undefined;
  readonly part?: string | undefined;
}

/** The number of a tag's users in a period. Periods are counted back from the last day, with which period 0 ends. */
export interface ActiveUsers extends Record<string, unknown> {
  readonly tag: string;
  readonly period: number;
  readonly active_users: number;
}

/** Users of tags by period, earliest first. Keys without a user are not counted. */
export function activeUsers(database: Database, days: TagDays, periodDays: number): Promise<readonly ActiveUsers[]> {
  return database.execute<ActiveUsers>(sql`
    SELECT d.tag, ((${days.to}::text::date - d.date::date) / ${periodDays}::int)::float8 AS period, count(DISTINCT k.user_id)::float8 AS active_users
    FROM ${dailyTagSpend} d JOIN ${verificationTokens} k ON d.api_key = k.token
    WHERE ${within(days)} AND k.user_id IS NOT NULL
    GROUP BY 1, 2 ORDER BY 2 DESC, 3 DESC, 1`);
}

/** The sums of the calls with a tag. */
export interface TagSum extends Record<string, unknown> {
  readonly tag: string;
  readonly unique_users: number;
  readonly total_requests: number;
  readonly successful_requests: number;
  readonly failed_requests: number;
  readonly total_tokens: number;
  readonly total_spend: number;
}

/** Sums by tag; the most calls first. */
export function sumTags(database: Database, days: TagDays): Promise<readonly TagSum[]> {
  return database.execute<TagSum>(sql`
    SELECT d.tag, count(DISTINCT k.user_id)::float8 AS unique_users, sum(d.api_requests)::float8 AS total_requests,
      sum(d.successful_requests)::float8 AS successful_requests, sum(d.failed_requests)::float8 AS failed_requests,
      sum(d.prompt_tokens + d.completion_tokens)::float8 AS total_tokens, sum(d.spend) AS total_spend
    FROM ${dailyTagSpend} d LEFT JOIN ${verificationTokens} k ON d.api_key = k.token
    WHERE ${within(days)} GROUP BY 1 ORDER BY 3 DESC, 1`);
}

/** The sums of a user's calls with tags, and the number of all such users. */
export interface TagUser extends Record<string, unknown> {
  readonly user_id: string;
  readonly user_email: string | null;
  readonly user_agent: string | null;
  readonly successful_requests: number;
  readonly failed_requests: number;
  readonly total_requests: number;
  readonly total_tokens: number;
  readonly spend: number;
  readonly users: number;
}

/** Users of tags; the most successful calls first. Of a user's tags the first by name is shown. */
export function usersOfTags(database: Database, days: TagDays, offset: number, limit: number): Promise<readonly TagUser[]> {
  return database.execute<TagUser>(sql`
    SELECT k.user_id, max(u.user_email) AS user_email, min(d.tag) AS user_agent, sum(d.successful_requests)::float8 AS successful_requests,
      sum(d.failed_requests)::float8 AS failed_requests, sum(d.api_requests)::float8 AS total_requests,
      sum(d.prompt_tokens + d.completion_tokens)::float8 AS total_tokens, sum(d.spend) AS spend, (count(*) OVER ())::float8 AS users
    FROM ${dailyTagSpend} d JOIN ${verificationTokens} k ON d.api_key = k.token LEFT JOIN ${users} u ON u.user_id = k.user_id
    WHERE ${within(days)} AND k.user_id IS NOT NULL AND k.user_id <> ''
    GROUP BY k.user_id ORDER BY 4 DESC, 1 OFFSET ${offset} LIMIT ${limit}`);
}

/** Tags that name a user agent or nothing but themselves; those with the most days first. */
export async function distinctTags(database: Database, limit: number): Promise<readonly string[]> {
  const rows = await database.execute<{ readonly tag: string }>(sql`
    SELECT tag FROM ${dailyTagSpend} WHERE tag LIKE 'User-Agent:%' OR tag NOT LIKE '%:%' GROUP BY tag ORDER BY count(*) DESC, tag LIMIT ${limit}`);
  return rows.map(({ tag }) => tag);
}

function within({ from, to, tags, part }: TagDays): SQL {
  const ofTags = tags === undefined ? sql`` : sql`AND d.tag = ANY(${textArray(tags)})`;
  const withPart = part === undefined ? sql`` : sql`AND strpos(lower(d.tag), lower(${part})) > 0`;
  return sql`d.date >= ${from} AND d.date <= ${to} AND d.tag IS NOT NULL ${ofTags} ${withPart}`;
}
