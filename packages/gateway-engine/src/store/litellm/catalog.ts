import { sql } from 'drizzle-orm';
import type { Database } from '../pool.ts';

/** What a schema holds, in PostgreSQL's own words, as far as it decides what a table takes, keeps and refuses. */
export interface Catalog {
  /** Name → labels, in order. */
  readonly enums: Readonly<Record<string, readonly string[]>>;
  readonly tables: Readonly<Record<string, CatalogTable>>;
  readonly functions: readonly string[];
  readonly triggers: readonly string[];
}

/** One table. Everything but the columns is sorted by name. */
export interface CatalogTable {
  /** In the table's order: name, type with `not null`, default. */
  readonly columns: readonly (readonly [name: string, type: string, defaultValue?: string])[];
  /** Keys, foreign keys and checks: name → what stands behind `CONSTRAINT name`. */
  readonly constraints: Readonly<Record<string, string>>;
  /** The statements that make the other indexes. */
  readonly indexes: readonly string[];
}

interface Row {
  readonly [name: string]: unknown;
}

function of(rows: readonly Row[], table: string): readonly Row[] {
  return rows.filter((row) => row['table'] === table);
}

/**
 * Reads a schema.
 *
 * in:     a database, the schema's name, and tables that are none of its own.
 * errors: throws what the driver throws.
 * cost:   six queries.
 */
export async function readCatalog(database: Database, schema: string, without: readonly string[] = []): Promise<Catalog> {
  const ask = async (query: ReturnType<typeof sql>): Promise<Row[]> => [...(await database.execute<Row>(query))];
  const enums = await ask(sql`
    select t.typname as name, array_to_json(array_agg(e.enumlabel::text order by e.enumsortorder)) as labels
    from pg_type t join pg_enum e on e.enumtypid = t.oid where t.typnamespace = ${schema}::regnamespace group by 1 order by 1`);
  const columns = await ask(sql`
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end as type,
      pg_get_expr(d.adbin, d.adrelid) as value
    from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = ${schema}::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
    order by c.relname collate "C", a.attnum`);
  const constraints = await ask(sql`
    select c.relname as table, o.conname as name, pg_get_constraintdef(o.oid) as text from pg_constraint o join pg_class c on c.oid = o.conrelid
    where c.relnamespace = ${schema}::regnamespace and o.contype in ('p', 'u', 'f', 'c') order by o.conname collate "C"`);
  const indexes = await ask(sql`
    select c.relname as table, pg_get_indexdef(i.indexrelid) as text
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    where c.relnamespace = ${schema}::regnamespace and not exists (select from pg_constraint o where o.conindid = i.indexrelid)
    order by x.relname collate "C"`);
  const functions = await ask(sql`
    select pg_get_functiondef(p.oid) as text from pg_proc p where p.pronamespace = ${schema}::regnamespace and p.prokind = 'f' order by p.proname collate "C"`);
  const triggers = await ask(sql`
    select pg_get_triggerdef(t.oid) as text from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = ${schema}::regnamespace and not t.tgisinternal order by t.tgname collate "C"`);

  // The schema is named where it need not be; without it the same statements serve any.
  const plain = (text: unknown): string => String(text).replaceAll(`${schema}.`, '');
  const names = [...new Set(columns.map(({ table }) => String(table)))].filter((name) => !without.includes(name));
  const tables = names.map((name): [string, CatalogTable] => [
    name,
    {
      columns: of(columns, name).map(({ name: column, type, value }) =>
        value === null ? [String(column), String(type)] : [String(column), String(type), plain(value)],
      ),
      constraints: Object.fromEntries(of(constraints, name).map(({ name: constraint, text }) => [String(constraint), plain(text)])),
      indexes: of(indexes, name).map(({ text }) => plain(text)),
    },
  ]);
  return {
    enums: Object.fromEntries(enums.map(({ name, labels }) => [String(name), Array.isArray(labels) ? labels.map(String) : []])),
    tables: Object.fromEntries(tables),
    functions: functions.map(({ text }) => plain(text)),
    triggers: triggers.map(({ text }) => plain(text)),
  };
}
