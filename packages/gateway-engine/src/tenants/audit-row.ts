import type { JsonObject } from '@stagegate/core-transforms';
import { maskSettings } from '../config/index.ts';
import { words } from '../config/known-keys.ts';
import { insertAudits, type Database, type NewAuditLogRow, type VerificationTokenRow } from '../store/index.ts';
import { nameKey, toPlain } from '../text/index.ts';

/** What happened to a row, by LiteLLM's names. */
export type AuditAction = 'created' | 'updated' | 'deleted' | 'blocked' | 'unblocked' | 'rotated';

/** A change of one row. Values are plain JSON. */
export interface AuditedChange {
  /** LiteLLM's name of the table. */
  readonly table: string;
  readonly action: AuditAction;
  readonly id: string;
  /** Undefined: there was no row. */
  readonly before: JsonObject | undefined;
  /** What is logged of the row as it is now. */
  readonly shown: JsonObject;
}

/** Who made a change, and when. */
export type AuditAuthor = Required<Pick<NewAuditLogRow, 'changed_by' | 'changed_by_api_key' | 'updated_at'>>;

/** The row of the audit log for a change. It holds no secret. */
export function toAudit({ table, action, id, before, shown }: AuditedChange, author: AuditAuthor): NewAuditLogRow {
  const before_value = before === undefined ? null : toKept(before);
  return { ...author, table_name: table, object_id: id, action, before_value, updated_values: toKept(shown) };
}

/** LiteLLM's name of the table of keys. */
export const KEY_TABLE = 'LiteLLM_VerificationToken';

/**
 * Writes down what is done to keys without the management API. To be called in the transaction that does it.
 *
 * in: `rows`: of new keys as they are now, of all others as they were; `by`: the program that does it.
 */
export async function auditKeys(
  transaction: Database,
  action: Exclude<AuditAction, 'updated' | 'rotated'>,
  rows: readonly VerificationTokenRow[],
  by: string,
): Promise<void> {
  const author = { changed_by: by, changed_by_api_key: '', updated_at: new Date() };
  const changes = rows.map((row) => {
    const plain = toPlain(row) as JsonObject;
    const [before, shown] = action === 'created' ? [undefined, plain] : [plain, {}];
    return toAudit({ table: KEY_TABLE, action, id: row.token, before, shown }, author);
  });
  await insertAudits(transaction, changes);
}

/** Columns whose names look like a secret's and that hold none: a hash, names, a time. The log is searched by `token`. */
const PLAIN = words('token token_id key_name key_alias key_rotation_at');

/** Values as the log keeps them: secrets masked, nulls left out. */
function toKept(values: JsonObject): JsonObject {
  const said = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(
    said.map(([name, value = null]) => {
      if (PLAIN.has(name)) return [name, value];
      if (name === 'key' && typeof value === 'string') return [name, nameKey(value)];
      return [name, maskSettings({ [name]: value })[name] ?? null];
    }),
  );
}
