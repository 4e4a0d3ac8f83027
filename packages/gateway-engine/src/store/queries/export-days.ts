import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { deletedVerificationTokens, organizations, teams, users, verificationTokens } from '../schema/index.ts';
import { conditions, type DayFilter } from './daily-activity.ts';
import { DAILY_TABLES } from './write-daily-spend.ts';

/** What days are broken down by, besides their owner. */
export type ExportType = 'daily' | 'daily_with_keys' | 'daily_with_models' | 'daily_with_users';

/** A line of an export, in the order of its columns. */
export interface ExportedDay {
  readonly date: string;
  readonly entity_id: string;
  readonly entity_alias: string | null;
  readonly api_key: string | null;
  readonly key_alias: string | null;
  readonly user_id: string | null;
  readonly user_email: string | null;
  readonly model: string | null;
  readonly spend: number;
  readonly flat_cost: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly api_requests: number;
  readonly successful_requests: number;
  readonly failed_requests: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
}

const SUMS = [
  'prompt_tokens',
  'completion_tokens',
  'api_requests',
  'successful_requests',
  'failed_requests',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const;

/**
 * Days, oldest first: one line for each owner, or for each of an owner's keys, models or users.
 *
 * source: LiteLLM 1.106.2, repositories/daily_activity_sql.py `build_export_sql`.
 */
export async function exportDays(database: Database, filter: DayFilter, type: ExportType, limit: number): Promise<readonly ExportedDay[]> {
  const { table, owner } = DAILY_TABLES[filter.scope];
  const owned = sql`coalesce(days.${sql.identifier(owner)}, '')`;
  const { by, shown, joins } = LINES[type];
  const alias = ALIASES[filter.scope];
  const sums = sql.join(
    SUMS.map((name) => sql`sum(days.${sql.identifier(name)})::float8 AS ${sql.identifier(name)}`),
    sql`, `,
  );
  return database.execute<ExportedDay & Record<string, unknown>>(sql`
    WITH days AS (SELECT * FROM ${table} WHERE ${conditions(filter)})
    SELECT days.date, ${owned} AS entity_id, ${alias?.name ?? sql`NULL::text`} AS entity_alias, ${shown},
      sum(days.spend)::float8 AS spend, 0 AS flat_cost, ${sums}
    FROM days ${joins} ${alias?.join ?? sql``}
    GROUP BY days.date, ${owned}, ${by} ORDER BY days.date, ${owned}, ${by} LIMIT ${limit}`);
}

const NOBODY = sql`NULL::text AS key_alias, NULL::text AS user_id, NULL::text AS user_email`;
const NO_KEY = sql`NULL::text AS api_key`;
const NO_MODEL = sql`NULL::text AS model`;
const USER_ID = sql`coalesce(k.user_id, gone.user_id)`;
/** Joins keys, deleted ones included, and their users. */
const OF_KEYS = sql`LEFT JOIN ${verificationTokens} k ON k.token = days.api_key
  LEFT JOIN LATERAL (SELECT d.key_alias, d.user_id FROM ${deletedVerificationTokens} d WHERE d.token = days.api_key
    ORDER BY d.deleted_at DESC LIMIT 1) gone ON k.token IS NULL
  LEFT JOIN ${users} u ON u.user_id = ${USER_ID}`;

const LINES: Readonly<Record<ExportType, { readonly by: SQL; readonly shown: SQL; readonly joins: SQL }>> = {
  daily: { by: sql`''::text`, shown: sql`${NO_KEY}, ${NOBODY}, ${NO_MODEL}`, joins: sql`` },
  daily_with_keys: {
    by: sql`days.api_key`,
    shown: sql`nullif(days.api_key, '') AS api_key, max(coalesce(k.key_alias, gone.key_alias)) AS key_alias,
      max(${USER_ID}) AS user_id, max(u.user_email) AS user_email, ${NO_MODEL}`,
    joins: OF_KEYS,
  },
  daily_with_models: {
    by: sql`coalesce(days.model, '')`,
    shown: sql`${NO_KEY}, ${NOBODY}, nullif(coalesce(days.model, ''), '') AS model`,
    joins: sql``,
  },
  daily_with_users: {
    by: sql`coalesce(${USER_ID}, '')`,
    shown: sql`${NO_KEY}, NULL::text AS key_alias, max(${USER_ID}) AS user_id, max(u.user_email) AS user_email, ${NO_MODEL}`,
    joins: OF_KEYS,
  },
};

const ALIASES: Readonly<Partial<Record<DayFilter['scope'], { readonly name: SQL; readonly join: SQL }>>> = {
  team: { name: sql`max(t.team_alias)`, join: sql`LEFT JOIN ${teams} t ON t.team_id = days.team_id` },
  organization: {
    name: sql`max(o.organization_alias)`,
    join: sql`LEFT JOIN ${organizations} o ON o.organization_id = days.organization_id`,
  },
};
