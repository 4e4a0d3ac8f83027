import type { FaultProxy } from '@stagegate/testbed';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createStore } from '../src/store/create-store.ts';
import { prepareTables } from '../src/store/litellm/prepare-tables.ts';
import type { Pool } from '../src/store/pool.ts';
import type { Store, StoreOptions } from '../src/store/store.ts';
import { openPool, startDatabase, startProxy, type TestServer, through } from './start-database.ts';

/** What a test file has that looks at a store whose way to its database fails. */
export interface FaultyStore {
  /** One server for the file, with LiteLLM's tables in its first database. */
  readonly server: () => TestServer;
  /** Past the proxy. */
  readonly direct: () => Pool;
  /** A new one for each test. */
  readonly proxy: () => FaultProxy;
  /** A store behind that proxy that gives up soon, closed after the test. */
  readonly open: (options?: Partial<StoreOptions>) => Store;
}

/** Registers in a test file what starts and stops it all. */
export function useFaultyStore(): FaultyStore {
  let server: TestServer;
  let direct: Pool;
  let proxy: FaultProxy;
  const stores: Store[] = [];
  beforeAll(async () => {
    server = await startDatabase();
    direct = openPool(server.url);
    await prepareTables(direct.database);
  });
  afterAll(async () => {
    direct.destroy();
    await server.stop();
  });
  beforeEach(async () => {
    proxy = await startProxy(server.url);
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await proxy.close();
  });
  return {
    server: () => server,
    direct: () => direct,
    proxy: () => proxy,
    open: (options = {}) => {
      const url = through(proxy, server.url);
      const store = createStore({ url, answerMs: 500, manageAnswerMs: 1_000, connectMs: 500, probeMs: 100, ...options });
      stores.push(store);
      return store;
    },
  };
}

/** Asks for as little as can be asked. */
export async function one(store: Pick<Store, 'run'>): Promise<unknown> {
  return store.run(async (database) => [...(await database.execute(sql`select 1 as one`))]);
}
