import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { deletedVerificationTokens, users, verificationTokens } from '../schema/index.ts';
import { conditions, SUM_COLUMNS, type DayFilter, type DaySums } from './daily-activity.ts';
import { DAILY_TABLES } from './write-daily-spend.ts';

/** Which keys to list, and in what order. */
export type KeysWanted =
  | { readonly by: 'spend' }
  /** Keys with the text in their hash, alias, user id or user's email address, in upper or lower case. */
  | { readonly by: 'text'; readonly text: string }
  /** Keys that called a model, or a model group. */
  | { readonly by: 'model'; readonly model: string; readonly isGroup: boolean }
  /** Keys by prompt tokens that were not read from a provider's cache, highest first. */
  | { readonly by: 'uncached' };

/** The sums of one key. */
export type KeyUsage = { readonly api_key: string } & DaySums;

/** Keys with their sums over the filtered days, by spend unless another order is asked for. `total`: the number of keys on all pages. */
export async function readKeyUsage(
  database: Database,
  filter: DayFilter,
  wanted: KeysWanted,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ readonly keys: readonly KeyUsage[]; readonly total: number }> {
  const { table } = DAILY_TABLES[filter.scope];
  const uncached = sql`sum(prompt_tokens) - sum(cache_read_input_tokens)`;
  const order = wanted.by === 'uncached' ? uncached : sql`sum(spend)`;
  const having = wanted.by === 'uncached' ? sql`HAVING ${uncached} > 0` : sql``;
  const grouped = sql`FROM ${table} WHERE ${conditions(filter)} ${only(wanted)} GROUP BY api_key ${having}`;
  const keys = await database.execute<KeyUsage & Record<string, unknown>>(
    sql`SELECT api_key, ${SUM_COLUMNS} ${grouped} ORDER BY ${order} DESC, api_key LIMIT ${limit} OFFSET ${offset}`,
  );
  const [row] = await database.execute<{ total: number }>(sql`SELECT count(*)::float8 AS total FROM (SELECT api_key ${grouped}) AS keys`);
  return { keys, total: row?.total ?? 0 };
}

function only(wanted: KeysWanted): SQL {
  if (wanted.by === 'model') {
    const named = wanted.isGroup ? sql`coalesce(nullif(model_group, ''), model)` : sql`model`;
    return sql`AND ${named} = ${wanted.model}`;
  }
  if (wanted.by !== 'text') return sql``;
  const like = `%${wanted.text.replace(/[\\%_]/gu, String.raw`\$&`)}%`;
  const of = (keys: SQL): SQL => sql`SELECT k.token FROM ${keys} k LEFT JOIN ${users} u ON u.user_id = k.user_id
    WHERE k.key_alias ILIKE ${like} OR k.user_id ILIKE ${like} OR u.user_email ILIKE ${like}`;
  return sql`AND (api_key ILIKE ${like} OR api_key IN (${of(sql`${verificationTokens}`)} UNION ${of(sql`${deletedVerificationTokens}`)}))`;
}
