import type { JsonObject } from '@stagegate/core-transforms';
import type { ManagedCall } from '../../ports/index.ts';
import type { Database, Rows, Where } from '../../store/index.ts';
import type { AuditAction } from '../../tenants/index.ts';
import { toPlain } from '../../text/index.ts';
import { ROWS_MAX } from '../rows-max.ts';

/** Rows as plain JSON, by the id that the log has for them. */
export type AuditedRows = ReadonlyMap<string, JsonObject>;

/** What is logged after a change: the whole row, the columns that differ, the answer to the call, nothing, or the columns named. */
export type AuditedPart = 'row' | 'changed' | 'answer' | 'nothing' | readonly string[];

/** What a route changes of one table. */
export interface AuditRule {
  /** LiteLLM's name of the table. */
  readonly table: string;
  readonly action: AuditAction;
  readonly shows: AuditedPart;
  /** Reads the rows that a call names, before it runs. */
  readonly before: (database: Database, call: ManagedCall) => Promise<AuditedRows>;
  /** The ids of rows that were created, taken from the answer; absent: the route changes existing rows. */
  readonly made?: (answer: JsonObject) => readonly string[];
  /** Reads rows by their ids, after the call. */
  readonly after: (database: Database, names: readonly string[]) => Promise<AuditedRows>;
}

/** The rows that a call names, as one condition or as several of which any may hold; undefined: none. */
export type NamedRows<Row> = (call: ManagedCall) => Where<Row> | readonly Where<Row>[] | undefined;

/** A table whose changes are audited, and the column that holds the ids of its rows. */
export interface AuditedTable<Row> {
  readonly name: string;
  readonly rows: Pick<Rows<Row, never>, 'list'>;
  readonly id: keyof Row & string;
}

/** How a route changes a table: `named` finds existing rows, `made` those that it creates; a route may do both. */
export interface RuleParts<Row> extends Pick<AuditRule, 'action' | 'shows' | 'made'> {
  readonly named?: NamedRows<Row>;
}

/** Builds the audit rule of a route for one table. At most `ROWS_MAX` rows are read. */
export function auditRows<Row extends object>(
  { name, rows, id }: AuditedTable<Row>,
  { action, shows, named, made }: RuleParts<Row>,
): AuditRule {
  const read = async (database: Database, where: ReturnType<NamedRows<Row>>): Promise<AuditedRows> => {
    // An empty list of conditions would match every row.
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
