import type { JsonObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import type { Database, Rows, Where } from '../../store/index.ts';
import { toPlain } from '../read-query.ts';
import { ROWS_MAX } from '../rows-max.ts';

/** What became of a row, in LiteLLM's words. */
export type AuditAction = 'created' | 'updated' | 'deleted' | 'blocked' | 'unblocked' | 'rotated';

/** Rows as JSON has them, by what they are called in the log. */
export type AuditedRows = ReadonlyMap<string, JsonObject>;

/** What is written of a row as it is after the change: all of it, what is another now, the call's own answer, nothing, or some columns. */
export type AuditedPart = 'row' | 'changed' | 'answer' | 'nothing' | readonly string[];

/** What a route changes of one table. */
export interface AuditRule {
  /** LiteLLM's name of the table. */
  readonly table: string;
  readonly action: AuditAction;
  readonly shows: AuditedPart;
  /** Rows that a call names, as they are before it. */
  readonly before: (database: Database, call: ManagedCall) => Promise<AuditedRows>;
  /** Names of rows that an answer says were made; absent: those that were there are meant. */
  readonly made?: (answer: JsonObject) => readonly string[];
  /** Rows by their names, as they are after it. */
  readonly after: (database: Database, names: readonly string[]) => Promise<AuditedRows>;
}

/** Which rows a call names: those that fit, or fit any of several; undefined: none. */
export type NamedRows<Row> = (call: ManagedCall) => Where<Row> | readonly Where<Row>[] | undefined;

/** A table whose changes are written down, and the column that names its rows. */
export interface AuditedTable<Row> {
  readonly name: string;
  readonly rows: Pick<Rows<Row, never>, 'list'>;
  readonly id: keyof Row & string;
}

/** What a route changes of a table whose rows it names, makes, or both: what it makes is not what was there. */
export interface RuleParts<Row> extends Pick<AuditRule, 'action' | 'shows' | 'made'> {
  readonly named?: NamedRows<Row>;
}

/** A rule about rows of a table. */
export function auditRows<Row extends object>(
  { name, rows, id }: AuditedTable<Row>,
  { action, shows, named, made }: RuleParts<Row>,
): AuditRule {
  const read = async (database: Database, where: ReturnType<NamedRows<Row>>): Promise<AuditedRows> => {
    // A list of none fits every row.
    if (where === undefined || (Array.isArray(where) && where.length === 0)) return new Map();
    const found = await rows.list(database, where, { sortBy: id, limit: ROWS_MAX });
    return new Map(found.map((row) => [String(row[id]), toPlain(row) as JsonObject]));
  };
  return {
    table: name,
    action,
    shows,
    before: (database, call) => read(database, named?.(call)),
    ...(made !== undefined && { made }),
    after: (database, names) => read(database, { [id]: { in: names } } as unknown as Where<Row>),
  };
}
