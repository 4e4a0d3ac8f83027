import { getTableColumns, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { spendLogs } from '../schema/index.ts';
import type { LogRows } from './log-pile.ts';
import { addToProxySpend, type ProxySpend } from './proxy-budget.ts';
import { recordset } from './recordset.ts';
import { addToWindows, type WindowSpend } from './window-spend.ts';
import { addDailySpend, type DailyRows } from './write-daily-spend.ts';

/** Additional spend, USD, by the owner's id. */
export type SpendById = ReadonlyMap<string, number>;

/** Additional spend of a user within a team or an organisation, USD. */
export interface SpendOfMember {
  readonly group: string;
  readonly user: string;
  readonly usd: number;
}

/** Spend, days and log rows that are written together. */
export interface SpendBatch {
  readonly keys: SpendById;
  readonly users: SpendById;
  readonly teams: SpendById;
  readonly organizations: SpendById;
  readonly projects: SpendById;
  readonly endUsers: SpendById;
  readonly tags: SpendById;
  readonly accessGroups: SpendById;
  readonly teamMembers: readonly SpendOfMember[];
  readonly organizationMembers: readonly SpendOfMember[];
  readonly logs: LogRows;
  /** The spend of budget windows. Written after `logs`, from which a new window is summed up. */
  readonly windows: readonly WindowSpend[];
  readonly days: readonly DailyRows[];
  /** Undefined: the proxy's spend is not counted. */
  readonly proxy?: ProxySpend | undefined;
}

/** The outcome of a transaction whose end was not heard. */
export type TransactionEnd = 'committed' | 'aborted' | 'in progress';

/** The id of the running transaction. */
export async function transactionId(transaction: Database): Promise<string> {
  const [row] = await transaction.execute<{ id: string }>(sql`SELECT pg_current_xact_id()::text AS id`);
  return row?.id ?? '';
}

/** The outcome of a transaction; one that the database no longer knows counts as aborted. */
export async function transactionEnd(database: Database, id: string): Promise<TransactionEnd> {
  const [row] = await database.execute<{ status: TransactionEnd | null }>(sql`SELECT pg_xact_status(${id}::text::xid8) AS status`);
  return row?.status ?? 'aborted';
}

/**
 * Adds spend to existing rows; a customer gets a row with his first call. To be called in a transaction. Sums are computed in the database,
 * so that concurrent instances never lose an amount.
 *
 * source: LiteLLM 1.106.2, proxy/db/db_spend_update_writer.py and utils.py `update_end_user_spend`, read 2026-11-29.
 */
export async function writeSpend(transaction: Database, batch: SpendBatch): Promise<void> {
  await add(transaction, sql`"LiteLLM_UserTable"`, sql`user_id`, batch.users);
  if (batch.proxy !== undefined) await addToProxySpend(transaction, batch.proxy);
  await addToEndUsers(transaction, batch.endUsers);
  const alsoOfKey = sql`, total_spend = t.total_spend + v.usd, last_active = now() AT TIME ZONE 'utc'`;
  await add(transaction, sql`"LiteLLM_VerificationToken"`, sql`token`, batch.keys, alsoOfKey);
  await add(transaction, sql`"LiteLLM_TeamTable"`, sql`team_id`, batch.teams);
  await addToTeamMembers(transaction, batch.teamMembers);
  await add(transaction, sql`"LiteLLM_OrganizationTable"`, sql`organization_id`, batch.organizations);
  await addToOrganizationMembers(transaction, batch.organizationMembers);
  await add(transaction, sql`"LiteLLM_ProjectTable"`, sql`project_id`, batch.projects);
  await add(transaction, sql`"LiteLLM_TagTable"`, sql`tag_name`, batch.tags);
  await add(transaction, sql`"LiteLLM_ModelAccessGroupBudgetTable"`, sql`access_group_name`, batch.accessGroups);
  await addLogs(transaction, batch.logs);
  await addToWindows(transaction, batch.windows);
  for (const days of batch.days) await addDailySpend(transaction, days);
}

const LOG_COLUMNS = Object.values(getTableColumns(spendLogs)).map(({ name }) => name);

/** Inserts log rows. Where a provider uses an id twice, the second call gets no row, as in the reference. */
async function addLogs(transaction: Database, logs: LogRows): Promise<void> {
  const names = sql.join(
    LOG_COLUMNS.map((name) => sql.identifier(name)),
    sql`, `,
  );
  // All of them at once: to wait for each costs a turn of the event loop, and under load that is most of the time (measured: a third).
  await Promise.all(
    Array.from(logs.texts(), (rows) =>
      transaction.execute(sql`
        INSERT INTO ${spendLogs} (${names})
        SELECT ${names} FROM jsonb_populate_recordset(NULL::${spendLogs}, ('[' || ${rows}::text || ']')::jsonb)
        ON CONFLICT DO NOTHING`),
    ),
  );
}

async function add(transaction: Database, table: SQL, column: SQL, spend: SpendById, also: SQL = sql``): Promise<void> {
  if (spend.size === 0) return;
  await transaction.execute(sql`
    WITH v AS (SELECT * FROM ${recordset([...spend].map(([id, usd]) => ({ id, usd })))} AS v(id text, usd float8)),
      locked AS (SELECT ${column} FROM ${table} WHERE ${column} IN (SELECT id FROM v) ORDER BY ${column} FOR UPDATE)
    UPDATE ${table} AS t SET spend = t.spend + v.usd ${also} FROM v, locked WHERE t.${column} = v.id AND locked.${column} = v.id`);
}

async function addToEndUsers(transaction: Database, spend: SpendById): Promise<void> {
  if (spend.size === 0) return;
  const rows = [...spend].map(([id, usd]) => ({ id, usd }));
  await transaction.execute(sql`
    INSERT INTO "LiteLLM_EndUserTable" (user_id, spend, blocked)
    SELECT v.id, v.usd, false FROM ${recordset(rows)} AS v(id text, usd float8) ORDER BY v.id
    ON CONFLICT (user_id) DO UPDATE SET spend = "LiteLLM_EndUserTable".spend + EXCLUDED.spend`);
}

/** Adds to members of teams. A listed member without a membership row gets one. */
async function addToTeamMembers(transaction: Database, members: readonly SpendOfMember[]): Promise<void> {
  if (members.length === 0) return;
  await transaction.execute(sql`
    INSERT INTO "LiteLLM_TeamMembership" (user_id, team_id, spend, total_spend)
    SELECT v."user", v."group", v.usd, v.usd FROM ${recordset(members)} AS v("user" text, "group" text, usd float8)
    WHERE EXISTS (SELECT 1 FROM "LiteLLM_TeamTable" t WHERE t.team_id = v."group"
        AND t.members_with_roles @> jsonb_build_array(jsonb_build_object('user_id', v."user")))
      OR EXISTS (SELECT 1 FROM "LiteLLM_TeamMembership" m WHERE m.user_id = v."user" AND m.team_id = v."group")
    ORDER BY v."group", v."user"
    ON CONFLICT (user_id, team_id) DO UPDATE SET spend = "LiteLLM_TeamMembership".spend + EXCLUDED.spend,
      total_spend = "LiteLLM_TeamMembership".total_spend + EXCLUDED.total_spend`);
}

async function addToOrganizationMembers(transaction: Database, members: readonly SpendOfMember[]): Promise<void> {
  if (members.length === 0) return;
  await transaction.execute(sql`
    UPDATE "LiteLLM_OrganizationMembership" AS t SET spend = coalesce(t.spend, 0) + v.usd
    FROM ${recordset(members)} AS v("user" text, "group" text, usd float8)
    WHERE t.organization_id = v."group" AND t.user_id = v."user"`);
}
