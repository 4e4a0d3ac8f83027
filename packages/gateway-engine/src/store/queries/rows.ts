import {
  and,
  arrayContains,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  ilike,
  inArray,
  isNull,
  ne,
  or,
  type SQL,
  type SQLWrapper,
} from 'drizzle-orm';
import { QueryBuilder, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../pool.ts';

/**
 * What a column must hold: a value, null, one of several, a list that contains a text, anything but a value, a text that contains a part, a text
 * in upper or lower case; or all of a list of those.
 */
export type Wanted =
  | string
  | number
  | boolean
  | null
  | { readonly in: readonly (string | number)[] | Found }
  | { readonly holds: string }
  | { readonly not: string | number | boolean }
  | { readonly like: string }
  | { readonly anyCase: string }
  | readonly Wanted[];

/** What a column holds in some rows of a table, for a condition on another's: the database finds it. */
export type Found = SQLWrapper;

/** A condition on rows: all members have to match, and undefined ones match any. */
export type Where<Row> = { readonly [Name in keyof Row]?: Wanted | undefined };

/** The part of a list that is read, and its order. */
export interface Cut<Row> {
  readonly sortBy: keyof Row;
  readonly descending?: boolean;
  readonly offset?: number;
  readonly limit: number;
}

/** The plain queries on one table. A list of conditions selects rows that match any of them. */
export interface Rows<Row, New> {
  readonly find: (database: Database, where: Where<Row>) => Promise<Row | undefined>;
  readonly list: (database: Database, where: Where<Row> | readonly Where<Row>[], cut: Cut<Row>) => Promise<readonly Row[]>;
  readonly count: (database: Database, where: Where<Row> | readonly Where<Row>[]) => Promise<number>;
  readonly found: (name: keyof Row, where: Where<Row>) => Found;
  readonly insert: (database: Database, row: New) => Promise<Row>;
  /** Inserts a row unless there is one with its key. */
  readonly insertMissing: (database: Database, row: New) => Promise<void>;
  /** out: the rows after the change. */
  readonly update: (database: Database, where: Where<Row>, changes: Partial<New>) => Promise<readonly Row[]>;
  /** out: the rows that were removed. */
  readonly remove: (database: Database, where: Where<Row>) => Promise<readonly Row[]>;
}

/**
 * Makes the queries on a table. Names of columns always come from the program, never from a request.
 *
 * errors: throws for a `where` without a column, which is a bug and must not match every row.
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
    found: (name, where) =>
      new QueryBuilder()
        .select({ value: column(name) })
        .from(any)
        .where(only(where)),
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
  if (isList(wanted)) return and(...wanted.map((each) => isWanted(column, each)));
  if ('in' in wanted) return inArray(column, isList(wanted.in) ? [...wanted.in] : wanted.in);
  if ('holds' in wanted) return arrayContains(column, [wanted.holds]);
  if ('not' in wanted) return or(isNull(column), ne(column, wanted.not)) ?? isNull(column);
  return ilike(column, 'anyCase' in wanted ? literally(wanted.anyCase) : `%${literally(wanted.like)}%`);
}

/** A pattern that only the text itself matches. */
function literally(text: string): string {
  return text.replace(/[\\%_]/gu, String.raw`\$&`);
}

function isList<Item>(value: readonly Item[] | object): value is readonly Item[] {
  return Array.isArray(value);
}
