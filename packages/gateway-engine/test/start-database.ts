import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultProxy, startFaultProxy } from '@stagegate/testbed';
import { silentLog } from '../src/ports/index.ts';
import { createStore } from '../src/store/create-store.ts';
import { readDatabaseUrl } from '../src/store/database-url.ts';
import { startEmbedded } from '../src/store/embedded/start-embedded.ts';
import { prepareDatabase } from '../src/store/litellm/prepare-database.ts';
import { createPool, type Pool } from '../src/store/pool.ts';
import type { Store } from '../src/store/store.ts';

/** A PostgreSQL server for one test file. */
export interface TestServer {
  readonly folder: string;
  /** Of the server's first database. */
  readonly url: string;
  /** An empty database of its own. out: its URL. */
  readonly createDatabase: (name: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts a server in a folder that goes with it. */
export async function startDatabase(): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'stagegate-db-'));
  const { url, stop } = await startEmbedded(join(folder, 'postgres'), silentLog);
  const admin = openPool(url);
  // Nothing here is to outlive the test, and disks are slow.
  await admin.sql.unsafe('ALTER SYSTEM SET fsync = off');
  await admin.sql.unsafe('ALTER SYSTEM SET full_page_writes = off');
  await admin.sql.unsafe('SELECT pg_reload_conf()');
  return {
    folder,
    url,
    createDatabase: async (name) => {
      await admin.sql.unsafe(`create database "${name}"`);
      return url.replace('/postgres?', `/${name}?`);
    },
    stop: async () => {
      admin.destroy();
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A store over a database with LiteLLM's tables, for one test file, and a pool to look into it with. */
export interface TestStore {
  readonly url: string;
  readonly store: Store;
  readonly pool: Pool;
  readonly stop: () => Promise<void>;
}

/** Starts a server with such a database. */
export async function startStore(): Promise<TestStore> {
  const server = await startDatabase();
  const store = createStore({ url: server.url, prepare: async (database) => void (await prepareDatabase(database)) });
  if (!(await store.ready(60_000))) throw new Error('the database is not ready');
  const pool = openPool(server.url);
  return {
    url: server.url,
    store,
    pool,
    stop: async () => {
      pool.destroy();
      await store.close();
      await server.stop();
    },
  };
}

/** A proxy in front of a database of ours. */
export function startProxy(url: string): Promise<FaultProxy> {
  return startFaultProxy({ path: readDatabaseUrl(url)?.socketPath ?? '' });
}

/** The URL of the same database through that proxy. */
export function through(proxy: FaultProxy, url: string): string {
  const { user, password, database } = readDatabaseUrl(url) ?? { user: '', password: '', database: '' };
  return `postgresql://${user}:${password}@127.0.0.1:${proxy.port}/${database}?sslmode=disable`;
}

/** A pool to look into a database with. */
export function openPool(url: string): Pool {
  const address = readDatabaseUrl(url);
  if (address === undefined) throw new Error('no database URL');
  return createPool(address, { connectionsMax: 2, connectMs: 10_000, statementMs: 60_000 });
}
