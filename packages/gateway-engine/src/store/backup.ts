import type { Writable } from 'node:stream';
import { drizzle } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import type { DatabaseAddress } from './database-url.ts';
import { type Catalog, readCatalog } from './litellm/catalog.ts';
import { renderRules, renderTables } from './litellm/render-catalog.ts';
import { openConnections } from './pool.ts';

/** The first line of a backup. */
const HEAD = '-- Stagegate backup, format 1: SQL for an empty database; psql reads it too.';
const COPY_START = /^COPY (.+) FROM stdin;$/u;
const COPY_END = '\\.';
const CONNECT_MS = 10_000;

/**
 * Everything in LiteLLM's schema, as SQL: tables, rows, then keys and indexes, all as of one moment. Others may go on writing.
 *
 * in:     the database, and a function that takes the text piece by piece.
 * errors: throws the driver's errors.
 */
export async function backupDatabase(address: DatabaseAddress, output: Writable): Promise<void> {
  await withSession(address, async (sql) => {
    await sql.unsafe('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const catalog = await readCatalog(drizzle(sql), address.schema);
    await write(
      output,
      `${HEAD}\nBEGIN;\n${renderTables(catalog)
        .map((statement) => `${statement};\n`)
        .join('')}`,
    );
    for (const [table, { columns }] of Object.entries(catalog.tables)) {
      const target = `"${table}" (${columns.map(([name]) => `"${name}"`).join(', ')})`;
      await write(output, `COPY ${target} FROM stdin;\n`);
      const rows = await sql.unsafe(`COPY ${target} TO STDOUT`).readable();
      for await (const piece of rows) await write(output, piece);
      await write(output, `${COPY_END}\n`);
    }
    await write(output, [...renderRules(catalog), ...renderCounters(catalog), 'COMMIT'].map((statement) => `${statement};\n`).join(''));
    await sql.unsafe('COMMIT');
  });
}

/**
 * Fills an empty database from a backup: all of it or nothing.
 *
 * in:     the database, and the backup's lines.
 * errors: throws the driver's errors, and for a file that is not a complete backup.
 */
export async function restoreDatabase(address: DatabaseAddress, lines: AsyncIterable<string>): Promise<void> {
  await withSession(address, async (sql) => {
    const input = lines[Symbol.asyncIterator]();
    const first = await input.next();
    if (first.done === true || first.value !== HEAD) throw new Error('this is no backup of Stagegate');
    let statements = '';
    let last = '';
    for (let next = await input.next(); next.done !== true; next = await input.next()) {
      const target = COPY_START.exec(next.value)?.[1];
      last = next.value;
      if (target === undefined) {
        statements += `${next.value}\n`;
        continue;
      }
      await sql.unsafe(statements);
      statements = '';
      await copyRows(sql, target, rowsOf(input));
    }
    if (last !== 'COMMIT;') throw new Error('this backup is not whole: its end is missing');
    await sql.unsafe(statements);
  });
}

/** The lines up to the end of a table's rows. */
async function* rowsOf(input: AsyncIterator<string>): AsyncGenerator<string> {
  for (let next = await input.next(); next.done !== true; next = await input.next()) {
    if (next.value === COPY_END) return;
    yield `${next.value}\n`;
  }
  throw new Error('this backup is not whole: its end is missing');
}

/** Has a table take its rows. errors: throws where it does not; of rows that are refused at their end the driver says nothing, and never ends. */
async function copyRows(sql: postgres.Sql, target: string, rows: AsyncIterable<string>): Promise<void> {
  const copy = await sql.unsafe(`COPY ${target} FROM stdin`).writable();
  let refusal: Error | undefined;
  copy.once('error', (error: Error) => (refusal = error));
  for await (const row of rows) {
    await new Promise<void>((resolve, reject) => copy.write(row, (error) => (error ? reject(refusal ?? error) : resolve())));
  }
  // With nothing left to write the end goes out at once, and what is asked next fails with the transaction.
  copy.end();
  await sql.unsafe('SELECT 1').catch(() => {
    throw refusal ?? new Error(`this backup is damaged: not every row belongs into ${target.split(' ', 1).join()}`);
  });
}

/** Runs everything in one transaction, on one connection. It is rolled back with the connection unless it was committed. */
async function withSession(address: DatabaseAddress, work: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  const { sql, destroy } = openConnections(address, { connectionsMax: 1, connectMs: CONNECT_MS, statementMs: 0 });
  try {
    await work(sql);
  } finally {
    destroy();
  }
}

/** A sequence goes on after the highest number that was given. */
function renderCounters({ tables }: Catalog): readonly string[] {
  return Object.entries(tables).flatMap(([table, { columns }]) =>
    columns.flatMap(([name, , value]) => {
      const sequence = /^nextval\('("\w+")'::regclass\)$/u.exec(value ?? '')?.[1];
      return sequence === undefined
        ? []
        : [`SELECT setval('${sequence}', coalesce((SELECT max("${name}") FROM "${table}"), 0) + 1, false)`];
    }),
  );
}

/** The backup's output could not be written: no fault of the database. */
export class OutputProblem extends Error {}

function write(output: Writable, piece: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(piece, (error) => (error === null || error === undefined ? resolve() : reject(new OutputProblem(error.message))));
  });
}
