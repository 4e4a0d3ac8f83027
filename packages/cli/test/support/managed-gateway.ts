import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@stagegate/core-transforms';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { silentLog, systemClock, type KeyLookup, type ResponseCache } from '@stagegate/gateway-engine/ports';
import { createMemorySums } from '@stagegate/gateway-engine/counters';
import { createStore, prepareDatabase, startEmbedded, type Database, type Store } from '@stagegate/gateway-engine/store';
import { createLedger, type Ledger, type LedgerOptions } from '@stagegate/gateway-engine/spend';
import { createKeyLookup } from '@stagegate/gateway-engine/tenants';
import { afterAll, beforeAll, describe } from 'vitest';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway, type GatewayName } from './gateway.ts';

/** A database with LiteLLM's tables, for one test file. */
export interface ManagedDatabase {
  readonly store: Store;
  readonly keys: KeyLookup;
  readonly ledger: Ledger;
  /** What the server writes down. */
  readonly serverLog: string;
  /** One question, whose answer has to come. */
  readonly ask: <T>(query: (database: Database) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** Starts one. Keys are looked up anew only when a change is announced, and spend is written when it is asked for: the test does not last as long as either waits. */
export async function startManagedDatabase(counts: Pick<LedgerOptions, 'proxyBudget'> = {}): Promise<ManagedDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'stagegate-manage-'));
  chmodSync(folder, 0o755);
  const embedded = await startEmbedded(join(folder, 'postgres'), silentLog);
  const store = createStore({ url: embedded.url, prepare: async (database) => void (await prepareDatabase(database)) });
  if (!(await store.ready(60_000))) throw new Error('the database is not ready');
  const sums = createMemorySums(systemClock);
  const ledger = createLedger({ store, clock: systemClock, log: silentLog, flushMs: 3_600_000, sums, ...counts });
  return {
    store,
    serverLog: join(folder, 'postgres/server.log'),
    keys: createKeyLookup({ store, clock: systemClock, acceptsUnenforced: true, meters: ledger.meters, sums, freshMs: 3_600_000 }),
    ledger,
    ask: async (query) => {
      const answer = await store.manage.run(query);
      if (!answer.ok) throw new Error(answer.error.message);
      return answer.value;
    },
    close: async () => {
      await ledger.close();
      await store.close();
      await embedded.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An answer of the management API. */
export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** Sends calls to a gateway, with the master key unless another is given. */
export function callerOf(url: string): (method: string, path: string, body?: JsonObject, key?: string) => Promise<Answer> {
  return async (method, path, body, key = MASTER_KEY) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as JsonObject) };
  };
}

/** Ids of one lane, in order: all lanes share the database. */
export function namesOf<const Names extends readonly string[]>(lane: string, ...names: Names): { readonly [At in keyof Names]: string } {
  return names.map((name) => `${name}-${lane}`) as { readonly [At in keyof Names]: string };
}

/** Makes users with an address each. out: the key of each, by his id. */
export async function makeUsers(api: ReturnType<typeof callerOf>, ids: readonly string[]): Promise<(id: string) => string> {
  const keys = new Map<string, string>();
  for (const user_id of ids) {
    const made = await api('POST', '/user/new', { user_id, user_email: `${user_id}@example.com`, user_role: 'internal_user' });
    if (made.status !== 200) throw new Error(JSON.stringify(made.body));
    keys.set(user_id, String(made.body['key']));
  }
  return (id) => keys.get(id) ?? '';
}

/** What a test of the management API stands on: one gateway of every lane in turn, all over one database. */
export interface Managed {
  readonly lane: GatewayName;
  readonly database: ManagedDatabase;
  readonly upstreamUrl: string;
  readonly upstream: FakeUpstream;
  /** Of the gateway. */
  readonly url: string;
  readonly api: ReturnType<typeof callerOf>;
  /** A call to a model with a key, which the models of `configFor` answer. */
  readonly chat: (key: string, more?: JsonObject) => Promise<Answer>;
}

/** What tests of the management API may want otherwise. */
interface ManagedOptions {
  /** Merged into the configuration. */
  readonly more?: JsonObject | ((upstreamUrl: string) => JsonObject);
  /** Fills the database once. */
  readonly prepare?: (database: ManagedDatabase) => Promise<void>;
  /** What the ledger is to count. */
  readonly counts?: Pick<LedgerOptions, 'proxyBudget'>;
  /** Makes where each gateway keeps its answers; absent: nowhere. */
  readonly cache?: () => ResponseCache;
}

/** Runs tests against every lane and front. */
export function describeManaged(tests: (at: Managed) => void, { more = {}, prepare, counts, cache }: ManagedOptions = {}): void {
  let database: ManagedDatabase;
  let upstream: FakeUpstream;
  beforeAll(async () => {
    upstream = await startFakeUpstream();
    database = await startManagedDatabase(counts);
    await prepare?.(database);
  }, 120_000);
  afterAll(async () => {
    await database.close();
    await upstream.close();
  });
  describe.each(GATEWAYS)('%s', (lane) => {
    let gateway: Gateway;
    beforeAll(async () => {
      const { keys, store, ledger } = database;
      const config = configFor(upstream.url, typeof more === 'function' ? more(upstream.url) : more);
      gateway = await startGateway(lane, config, { keys, store, cache: cache?.(), spending: ledger });
    });
    afterAll(() => gateway.close());
    const api: Managed['api'] = (...call) => callerOf(gateway.url)(...call);
    tests({
      lane,
      get database() {
        return database;
      },
      get url() {
        return gateway.url;
      },
      get upstream() {
        return upstream;
      },
      get upstreamUrl() {
        return upstream.url;
      },
      api,
      chat: (key, body = {}) =>
        api('POST', '/v1/chat/completions', { model: 'chat', messages: [{ role: 'user', content: 'Hello' }], ...body }, key),
    });
  });
}
