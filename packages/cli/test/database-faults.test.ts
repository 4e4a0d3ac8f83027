import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '@stagegate/gateway-engine/ports';
import { createStore, prepareDatabase, readDatabaseUrl, startEmbedded, tables, type Store } from '@stagegate/gateway-engine/store';
import { createKeyLookup } from '@stagegate/gateway-engine/tenants';
import { startFakeUpstream, startFaultProxy, type FaultProxy } from '@stagegate/testbed';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { configFor, GATEWAYS, startGateway, type Gateway } from './support/gateway.ts';
import { callerOf, type Answer } from './support/managed-gateway.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** What comes here comes after what came before on any other. */
const CHANNEL = 'of_this_test';
/** Of the budgets of the keys that are made while connections are cut. */
const SOFT_USD = 71;
const UNVERIFIED = 'current spend could not be verified against Redis or the database';
const told = new Set<string>();

const folder = mkdtempSync(join(tmpdir(), 'stagegate-faults-'));
let proxy: FaultProxy;
let store: Store;
const upstream = await startFakeUpstream();
const closing: (() => Promise<unknown> | void)[] = [() => upstream.close()];

beforeAll(async () => {
  chmodSync(folder, 0o755);
  const embedded = await startEmbedded(join(folder, 'postgres'), silentLog);
  const { user, password, database, socketPath = '' } = readDatabaseUrl(embedded.url) ?? { user: '', password: '', database: '' };
  proxy = await startFaultProxy({ path: socketPath });
  store = createStore({
    url: `postgresql://${user}:${password}@127.0.0.1:${proxy.port}/${database}?sslmode=disable`,
    answerMs: 500,
    manageAnswerMs: 1_000,
    connectMs: 500,
    probeMs: 100,
    prepare: async (connection) => void (await prepareDatabase(connection)),
  });
  closing.unshift(
    () => store.close(),
    () => proxy.close(),
    () => embedded.stop(),
    () => rmSync(folder, { recursive: true, force: true }),
  );
  expect(await store.ready(60_000)).toBe(true);
  store.listen(
    CHANNEL,
    (word) => told.add(word),
    () => undefined,
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});

describe.each(GATEWAYS)('%s', (lane) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const keys = createKeyLookup({ store, clock: systemClock, acceptsUnenforced: false, freshMs: 100 });
    gateway = await startGateway(lane, configFor(upstream.url), { keys, store });
  });
  afterAll(() => gateway.close());

  const api: ReturnType<typeof callerOf> = (...call) => callerOf(gateway.url)(...call);
  const chat = async (key: string): Promise<number> =>
    (await api('POST', '/v1/chat/completions', { model: 'chat', messages: [{ role: 'user', content: 'Hello' }] }, key)).status;
  const newKey = async (more: object = {}): Promise<string> => String((await api('POST', '/key/generate', { ...more })).body['key']);
  const healed = (): Promise<void> => vi.waitFor(() => expect(store.state()).toBe('ready'), { timeout: 30_000, interval: 50 });

  /** Everything that was told of before has been heard. Said again until then: the connection that listens may just be coming back. */
  const heard = (): Promise<void> =>
    vi.waitFor(
      async () => {
        const word = crypto.randomUUID();
        await store.notify(CHANNEL, word);
        await vi.waitFor(() => expect(told).toContain(word), { timeout: 1_000 });
      },
      { timeout: 30_000 },
    );
  afterEach(async () => {
    proxy.onClientData(() => undefined);
    proxy.set('none');
    await healed();
  });

  test.each(['hang', 'refuse'] as const)(
    'F-31: a database that is gone (%s): known keys work, others are 503, and nobody becomes an admin',
    async (fault) => {
      const [known, blocked] = [await newKey(), await newKey({ blocked: true })];
      await heard();
      expect([await chat(known), await chat(blocked)]).toStrictEqual([200, 401]);
      proxy.set(fault);
      if (fault === 'refuse') proxy.cut();
      // Of this fault alone: who was found to be nobody stays so for a while.
      const unknown = `sk-unknown-${fault}-0123456789`;
      for (const key of [`sk-of-nobody-${fault}-0123456789`, unknown]) {
        expect(await api('GET', '/v1/models', undefined, key)).toMatchObject({
          status: 503,
          body: { error: { type: 'no_db_connection' } },
        });
        expect((await api('GET', '/key/list', undefined, key)).status).toBe(503);
      }
      expect([await chat(known), await chat(blocked)]).toStrictEqual([200, 401]);
      expect((await api('POST', '/key/generate', {})).status).toBe(503);
      proxy.set('none');
      await healed();
      await vi.waitFor(async () => expect(await chat(unknown)).toBe(401), { timeout: 30_000 });
      expect([await chat(known), await chat(await newKey())]).toStrictEqual([200, 200]);
    },
  );

  test('fail_closed_budget_enforcement: who has a budget is not let in while nobody can say what of it is spent', async () => {
    const lookup = createKeyLookup({ store, clock: systemClock, acceptsUnenforced: false, freshMs: 100 });
    const config = configFor(upstream.url, { general_settings: { fail_closed_budget_enforcement: true } });
    const strict = await startGateway(lane, config, { keys: lookup, store });
    onTestFinished(() => strict.close());
    const call = { model: 'chat', messages: [{ role: 'user', content: 'Hello' }] };
    const chatStrictly = (key: string): Promise<Answer> => callerOf(strict.url)('POST', '/v1/chat/completions', call, key);
    const [limited, free] = [await newKey({ max_budget: 5 }), await newKey()];
    await heard();
    expect([(await chatStrictly(limited)).status, (await chatStrictly(free)).status, await chat(limited)]).toStrictEqual([200, 200, 200]);
    proxy.set('hang');
    // Until what is known of them is old.
    const refused = await vi.waitFor(
      async () => {
        const answer = await chatStrictly(limited);
        expect(answer.status).toBe(503);
        return answer;
      },
      { timeout: 30_000, interval: 50 },
    );
    expect(refused.body).toMatchObject({ error: { type: 'auth_error', code: '503', message: expect.stringContaining(UNVERIFIED) } });
    expect([(await chatStrictly(free)).status, await chat(limited)]).toStrictEqual([200, 200]);
    proxy.set('none');
    await vi.waitFor(async () => expect((await chatStrictly(limited)).status).toBe(200), { timeout: 30_000, interval: 50 });
  });

  test('F-32: what people ask for in the admin page keeps no call waiting that needs the database', async () => {
    const fresh = await Promise.all(Array.from({ length: 5 }, () => newKey()));
    const slow = Array.from({ length: 8 }, () => store.manage.run((database) => database.execute('select pg_sleep(30)')));
    for (const key of fresh) expect(await chat(key)).toBe(200);
    for (const answer of await Promise.all(slow)) expect(answer).toMatchObject({ ok: false });
  });

  test('F-33: connections that are cut while keys are made: whoever was told of a key has it, once, and nobody else', async () => {
    const made: string[] = [];
    const ask = (): ReturnType<Store['manage']['run']> => store.manage.run((database) => database.execute('select 1'));
    /** Each connection of the pool, also where the test before has kept them busy. */
    const answering = (): Promise<void> =>
      vi.waitFor(async () => expect(await Promise.all([ask(), ask(), ask()])).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]), {
        timeout: 30_000,
      });
    await answering();
    for (let at = 0; at < 12; at += 1) {
      // Before it is known whether the alias is free, and between the key's budget and the key.
      const words = [undefined, 'LiteLLM_VerificationToken', 'insert into "LiteLLM_VerificationToken"'][at % 3];
      if (words !== undefined) proxy.onClientData((piece) => void (piece.includes(words) && proxy.cut()));
      const key_alias = `cut-${lane}-${at}`;
      if ((await api('POST', '/key/generate', { key_alias, soft_budget: SOFT_USD })).status === 200) made.push(key_alias);
      proxy.onClientData(() => undefined);
      await healed();
      // Of the connections that were cut none is left.
      await answering();
    }
    expect(made.length).toBeGreaterThanOrEqual(4);
    const there = await store.manage.run((database) =>
      tables.keys.list(database, { key_alias: { like: `cut-${lane}` } }, { sortBy: 'key_alias', limit: 99 }),
    );
    expect(there).toMatchObject({ ok: true });
    const aliases = there.ok ? there.value.map(({ key_alias: alias }) => String(alias)) : [];
    expect(new Set(aliases).size).toBe(aliases.length);
    expect(aliases).toEqual(expect.arrayContaining(made));
    // Nothing of a key is there without the key.
    const budgets = await store.manage.run((database) =>
      tables.budgets.list(database, { soft_budget: SOFT_USD }, { sortBy: 'budget_id', limit: 999 }),
    );
    const keys = await store.manage.run((database) =>
      tables.keys.list(database, { key_alias: { like: 'cut-' } }, { sortBy: 'token', limit: 999 }),
    );
    expect([budgets, keys]).toMatchObject([{ ok: true }, { ok: true }]);
    expect(budgets.ok ? budgets.value.length : 0).toBe(keys.ok ? keys.value.length : 0);
  });
});
