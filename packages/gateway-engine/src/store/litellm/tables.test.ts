import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readLitellmMigrations } from '../../../test/litellm-migrations.ts';
import { openPool, startDatabase, type TestServer } from '../../../test/start-database.ts';
import type { Pool } from '../pool.ts';
import { readCatalog } from './catalog.ts';
import { findDrift, wordDrift } from './find-drift.ts';
import { prepareTables } from './prepare-tables.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let server: TestServer;
const pools: Pool[] = [];

async function open(name: string): Promise<Pool> {
  const pool = openPool(await server.createDatabase(name));
  pools.push(pool);
  return pool;
}

beforeAll(async () => {
  server = await startDatabase();
});
afterAll(async () => {
  for (const pool of pools) pool.destroy();
  await server.stop();
});

const migrations = readLitellmMigrations();

describe("beside a database that LiteLLM's own migrations made", () => {
  test('an empty database gets the same tables, column by column, index by index, and the same list of migrations', async (context) => {
    if (migrations === undefined) return context.skip("pip could not bring LiteLLM's migrations");
    const theirs = await open('theirs');
    for (const { sql: text } of migrations) await theirs.sql.unsafe(text).simple();
    const ours = await open('ours');
    expect(await prepareTables(ours.database)).toBe(true);

    const made = await readCatalog(ours.database, 'public', ['_prisma_migrations']);
    expect(made).toStrictEqual(await readCatalog(theirs.database, 'public'));
    expect(Object.keys(made.tables)).toHaveLength(97);
    const listed = await ours.sql`SELECT migration_name AS name, checksum FROM "_prisma_migrations" ORDER BY migration_name COLLATE "C"`;
    expect(listed.map(({ name, checksum }) => [name, checksum])).toStrictEqual(migrations.map(({ name, checksum }) => [name, checksum]));
  });

  test('nothing is made where there is a table of theirs already, and what lacks is said', async () => {
    const { database, sql: raw } = await open('partial');
    await raw.unsafe('CREATE TABLE "LiteLLM_TeamTable" ("team_id" text primary key)');
    expect(await prepareTables(database)).toBe(false);
    expect(Object.keys((await readCatalog(database, 'public')).tables)).toStrictEqual(['LiteLLM_TeamTable']);
    const lines = wordDrift(await findDrift(database));
    expect(lines).toContainEqual(expect.stringMatching(/^the database lacks LiteLLM_TeamTable\.team_alias, .*: teams will not work$/u));
    expect(lines).toContain('the database lacks LiteLLM_VerificationToken: virtual keys will not work');
  });
});

test('tables that were made lack nothing', async () => {
  const { database } = await open('whole');
  await prepareTables(database);
  expect(await findDrift(database)).toStrictEqual({ missing: [], missingMigrations: [], newerMigrations: [] });
});

test('migrations that lack, or are newer, are said', async () => {
  const { database } = await open('other-age');
  await prepareTables(database);
  await database.execute(
    sql`UPDATE "_prisma_migrations" SET migration_name = '20990101000000_later' WHERE migration_name = '20261009000000_add_credential_display_name'`,
  );
  await database.execute(sql`UPDATE "_prisma_migrations" SET rolled_back_at = now() WHERE migration_name = '20261008000000_lens_due_at'`);
  expect(wordDrift(await findDrift(database))).toStrictEqual([
    "the database was not given LiteLLM's migrations 20261008000000_lens_due_at, 20261009000000_add_credential_display_name: let LiteLLM 1.106.2 or newer migrate it",
    'the database is newer than this gateway: it has 1 migrations after those of LiteLLM 1.106.2',
  ]);
});

test('many at once make them once', async () => {
  const url = await server.createDatabase('crowd');
  const crowd = Array.from({ length: 5 }, () => openPool(url));
  pools.push(...crowd);
  const made = await Promise.all(crowd.map(({ database }) => prepareTables(database)));
  expect(made.filter(Boolean)).toHaveLength(1);
});

test('tables in a schema of another name', async () => {
  const url = await server.createDatabase('elsewhere');
  const pool = openPool(`${url}&schema=llm`);
  pools.push(pool);
  await pool.sql.unsafe('CREATE SCHEMA llm');
  expect(await prepareTables(pool.database)).toBe(true);
  expect(Object.keys((await readCatalog(pool.database, 'llm')).tables)).toHaveLength(98);
  expect(await findDrift(pool.database)).toMatchObject({ missing: [] });
});
