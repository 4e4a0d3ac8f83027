import type { Catalog, CatalogTable } from './catalog.ts';

const SEQUENCE = /^nextval\('"(\w+)"'::regclass\)$/u;

/** The statements that make, in an empty schema, what a catalog tells. */
export function renderCatalog(catalog: Catalog): readonly string[] {
  return [...renderTables(catalog), ...renderRules(catalog)];
}

/** Types and tables, which take rows from then on. */
export function renderTables({ enums, tables }: Catalog): readonly string[] {
  const entries = Object.entries(tables);
  return [
    ...Object.entries(enums).map(
      ([name, labels]) => `CREATE TYPE ${quote(name)} AS ENUM (${labels.map((label) => `'${label}'`).join(', ')})`,
    ),
    ...entries.flatMap(([, table]) => sequencesOf(table).map((sequence) => `CREATE SEQUENCE ${quote(sequence)} AS integer`)),
    ...entries.map(([name, table]) => `CREATE TABLE ${quote(name)} (${table.columns.map(renderColumn).join(', ')})`),
    ...entries.flatMap(([name, table]) => table.columns.flatMap((column) => ownSequence(name, column))),
  ];
}

/** Keys, indexes and triggers, which rows are held to. Foreign keys come last of the keys: they need those they point to. */
export function renderRules({ tables, functions, triggers }: Catalog): readonly string[] {
  const entries = Object.entries(tables);
  const constraints = (foreign: boolean): string[] =>
    entries.flatMap(([name, table]) =>
      Object.entries(table.constraints)
        .filter(([, text]) => text.startsWith('FOREIGN KEY') === foreign)
        .map(([constraint, text]) => `ALTER TABLE ${quote(name)} ADD CONSTRAINT ${quote(constraint)} ${text}`),
    );
  return [...constraints(false), ...entries.flatMap(([, table]) => table.indexes), ...constraints(true), ...functions, ...triggers];
}

function renderColumn([name, type, value]: CatalogTable['columns'][number]): string {
  return `${quote(name)} ${type}${value === undefined ? '' : ` DEFAULT ${value}`}`;
}

function sequencesOf({ columns }: CatalogTable): readonly string[] {
  return columns.flatMap(([, , value]) => SEQUENCE.exec(value ?? '')?.slice(1) ?? []);
}

/** A sequence goes when its column goes. */
function ownSequence(table: string, [name, , value]: CatalogTable['columns'][number]): readonly string[] {
  return (SEQUENCE.exec(value ?? '')?.slice(1) ?? []).map(
    (sequence) => `ALTER SEQUENCE ${quote(sequence)} OWNED BY ${quote(table)}.${quote(name)}`,
  );
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
