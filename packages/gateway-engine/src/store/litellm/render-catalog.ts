import type { Catalog, CatalogTable } from './catalog.ts';

const SEQUENCE = /^nextval\('"(\w+)"'::regclass\)$/u;

/** The statements that make, in an empty schema, what a catalog tells. Foreign keys come last: they need the tables they point to. */
export function renderCatalog({ enums, tables, functions, triggers }: Catalog): readonly string[] {
  const entries = Object.entries(tables);
  const each = (make: (name: string, table: CatalogTable) => readonly string[]): string[] =>
    entries.flatMap(([name, table]) => make(name, table));
  const constraints = (foreign: boolean): string[] =>
    each((name, table) =>
      Object.entries(table.constraints)
        .filter(([, text]) => text.startsWith('FOREIGN KEY') === foreign)
        .map(([constraint, text]) => `ALTER TABLE ${quote(name)} ADD CONSTRAINT ${quote(constraint)} ${text}`),
    );
  return [
    ...Object.entries(enums).map(
      ([name, labels]) => `CREATE TYPE ${quote(name)} AS ENUM (${labels.map((label) => `'${label}'`).join(', ')})`,
    ),
    ...each((_name, table) => sequencesOf(table).map((sequence) => `CREATE SEQUENCE ${quote(sequence)} AS integer`)),
    ...each((name, table) => [`CREATE TABLE ${quote(name)} (${table.columns.map(renderColumn).join(', ')})`]),
    ...each((name, table) => table.columns.flatMap((column) => ownSequence(name, column))),
    ...constraints(false),
    ...each((_name, table) => table.indexes),
    ...constraints(true),
    ...functions,
    ...triggers,
  ];
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
