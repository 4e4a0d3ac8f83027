import { and, asc, count, desc, eq, gte, lte, or, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../pool.ts';
import { auditLogs, type AuditLogRow, type NewAuditLogRow } from '../schema/index.ts';
import type { Cut } from './rows.ts';

/** A filter for audited changes; an undefined member matches any. */
export interface AuditFilter {
  readonly changedBy?: string | undefined;
  readonly keyHash?: string | undefined;
  readonly action?: string | undefined;
  readonly table?: string | undefined;
  readonly objectId?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** A part of the row's `team_id` or `token`, before or after the change. */
  readonly teamPart?: string | undefined;
  readonly tokenPart?: string | undefined;
  /** The id of the entry, or of what was changed. */
  readonly search?: string | undefined;
}

/** The columns that changes may be sorted by. */
export const AUDIT_SORTS = ['id', 'updated_at', 'changed_by', 'changed_by_api_key', 'action', 'table_name', 'object_id'] as const;
export type AuditSort = (typeof AUDIT_SORTS)[number];

/** A page and its order. */
export type AuditPage = Required<Cut<Pick<AuditLogRow, AuditSort>>>;

/** A page of audited changes, and the number of all that match. */
export async function findAuditPage(
  database: Database,
  filter: AuditFilter,
  { sortBy, descending, offset, limit }: AuditPage,
): Promise<{ readonly rows: readonly AuditLogRow[]; readonly total: number }> {
  const condition = toCondition(filter);
  const column = auditLogs[sortBy];
  const rows = await database
    .select()
    .from(auditLogs)
    .where(condition)
    .orderBy(descending ? desc(column) : asc(column), asc(auditLogs.id))
    .offset(offset)
    .limit(limit);
  const [counted] = await database.select({ rows: count() }).from(auditLogs).where(condition);
  return { rows, total: counted?.rows ?? 0 };
}

/** Rows of one statement: PostgreSQL takes 65,535 values, and a row has nine. */
const ROWS_AT_ONCE = 5_000;

/** Inserts audited changes. */
export async function insertAudits(database: Database, rows: readonly NewAuditLogRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
    await database.insert(auditLogs).values(rows.slice(from, from + ROWS_AT_ONCE));
}

function toCondition({ changedBy, keyHash, action, table, objectId, from, to, teamPart, tokenPart, search }: AuditFilter): SQL | undefined {
  const { id, changed_by: by, changed_by_api_key: key, action: what, table_name: where, object_id: object, updated_at: when } = auditLogs;
  return and(
    changedBy === undefined ? undefined : eq(by, changedBy),
    keyHash === undefined ? undefined : eq(key, keyHash),
    action === undefined ? undefined : eq(what, action),
    table === undefined ? undefined : eq(where, table),
    objectId === undefined ? undefined : eq(object, objectId),
    from === undefined ? undefined : gte(when, from),
    to === undefined ? undefined : lte(when, to),
    teamPart === undefined ? undefined : holds('team_id', teamPart),
    tokenPart === undefined ? undefined : holds('token', tokenPart),
    search === undefined ? undefined : or(...[id, by, object, key].map((column) => eq(column, search))),
  );
}

/** A member of the row holds the part, before the change or after it. */
function holds(name: string, part: string): SQL {
  const { before_value: before, updated_values: after } = auditLogs;
  return sql`(strpos(${before} ->> ${name}, ${part}) > 0 OR strpos(${after} ->> ${name}, ${part}) > 0)`;
}
