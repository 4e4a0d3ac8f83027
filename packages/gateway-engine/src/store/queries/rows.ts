import { and, arrayContains, asc, count, desc, eq, getTableColumns, ilike, inArray, isNull, ne, or, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../pool.ts';

/** What a column has to hold: a value, nothing, one of several texts, a list with a text in it, something else, or a text with a part, or all of several parts, in it. */
export type Wanted =
  | string
  | number
  | boolean
  | null
  | { readonly in: readonly string[] }
  | { readonly holds: string }
  | { readonly not: string | number | boolean }
  | { readonly like: string | readonly string[] };

/** Which rows are meant: every member has to fit. A member that is undefined leaves nothing out. */
export type Where<Row> = { readonly [Name in keyof Row]?: Wanted | undefined };

/** How a list is cut, and which comes first. */
export interface Cut<Row> {
  readonly sortBy: keyof Row;
  readonly descending?: boolean;
  readonly offset?: number;
  readonly limit: number;
}

/** The plain questions about one table. Several `where` mean rows that fit any of them. */
export interface Rows<Row, New> {
  readonly find: (database: Database, where: Where<Row>) => Promise<Row | undefined>;
  readonly list: (database: Database, where: Where<Row> | readonly Where<Row>[], cut: Cut<Row>) => Promise<readonly Row[]>;
  readonly count: (database: Database, where: Where<Row> | readonly Where<Row>[]) => Promise<number>;
  readonly insert: (database: Database, row: New) => Promise<Row>;
  /** The same, unless there is one of its key, whatever it says. */
  readonly insertMissing: (database: Database, row: New) => Promise<void>;
  /** out: the rows as they are now. */
  readonly update: (database: Database, where: Where<Row>, changes: Partial<New>) => Promise<readonly Row[]>;
  /** out: the rows that are gone. */
  readonly remove: (database: Database, where: Where<Row>) => Promise<readonly Row[]>;
}

/**
 * The questions about a table whose columns are all there. Names of columns are the program's own: a request chooses among them by a
 * list of the program's, and never names one.
 *
 * errors: a `where` that names no column is a bug, and throws: it must not mean every row.
 */
export function rowsOf<Table extends PgTable>(table: Table): Rows<Table['$inferSelect'], Table['$inferInsert']> {
  type Row = Table['$inferSelect'];
  const columns: Readonly<Record<string, PgColumn>> = getTableColumns<PgTable>(table);
  const any: PgTable = table;
  const column = (name: PropertyKey): PgColumn => {
    const found = columns[String(name)];
    if (found === undefined) throw new Error(`no column ${String(name)}`);
    return found;
  };
  const fits = (where: Where<Row>): SQL | undefined =>
    and(...Object.entries(where).map(([name, wanted]) => (wanted === undefined ? undefined : isWanted(column(name), wanted as Wanted))));
  const condition = (where: Where<Row> | readonly Where<Row>[]): SQL | undefined =>
    Array.isArray(where) ? or(...where.map(fits)) : fits(where as Where<Row>);
  const only = (where: Where<Row>): SQL => {
    const found = fits(where);
    if (found === undefined) throw new Error('a change of every row of a table');
    return found;
  };
  return {
    find: async (database, where) => {
      const [row] = await database.select().from(any).where(only(where)).limit(1);
      return row;
    },
    list: (database, where, { sortBy, descending = false, offset = 0, limit }) => {
      const order = descending ? desc(column(sortBy)) : asc(column(sortBy));
      return database.select().from(any).where(condition(where)).orderBy(order).offset(offset).limit(limit);
    },
    count: async (database, where) => {
      const [row] = await database.select({ rows: count() }).from(any).where(condition(where));
      return row?.rows ?? 0;
    },
    insert: async (database, row) => {
      const [written] = await database.insert(any).values(row).returning();
      if (written === undefined) throw new Error('a row was written and not given back');
      return written;
    },
    insertMissing: async (database, row) => {
      await database.insert(any).values(row).onConflictDoNothing();
    },
    update: (database, where, changes) => database.update(any).set(changes).where(only(where)).returning(),
    remove: (database, where) => database.delete(any).where(only(where)).returning(),
  };
}

function isWanted(column: PgColumn, wanted: Wanted): SQL | undefined {
  if (wanted === null) return isNull(column);
  if (typeof wanted !== 'object') return eq(column, wanted);
  if ('in' in wanted) return inArray(column, [...wanted.in]);
  if ('holds' in wanted) return arrayContains(column, [wanted.holds]);
  if ('not' in wanted) return or(isNull(column), ne(column, wanted.not)) ?? isNull(column);
  const parts = typeof wanted.like === 'string' ? [wanted.like] : wanted.like;
  return and(...parts.map((part) => ilike(column, `%${part.replace(/[\\%_]/gu, String.raw`\$&`)}%`)));
}
