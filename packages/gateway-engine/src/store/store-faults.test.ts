import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openPool, through } from '../../test/start-database.ts';
import { one, useFaultyStore } from '../../test/use-faulty-store.ts';
import { prepareTables } from './litellm/prepare-tables.ts';
import type { Store } from './store.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { server, direct, proxy, open } = useFaultyStore();

const ANSWERED = { ok: true, value: [{ one: 1 }] };
const UNREACHED = { ok: false, error: { kind: 'down', message: 'the database is not reached' } };

async function untilState(store: Store, state: ReturnType<Store['state']>): Promise<void> {
  await vi.waitFor(() => expect(store.state()).toBe(state), { timeout: 30_000, interval: 10 });
}

test.each(['refuse', 'hang'] as const)('F-30: a database that is not there at the start (%s) is reached when it comes', async (fault) => {
  proxy().set(fault);
  const prepare = vi.fn<() => Promise<void>>(async () => undefined);
  const store = open({ prepare });
  expect(store.state()).toBe('connecting');
  expect(await one(store)).toStrictEqual(UNREACHED);
  expect(await store.ready(700)).toBe(false);
  proxy().set('none');
  expect(await store.ready(30_000)).toBe(true);
  expect(await one(store)).toStrictEqual(ANSWERED);
  expect(prepare).toHaveBeenCalledTimes(1);
});

test('F-30: a connection that is lost without a word while it looks for the database is given up for another', async () => {
  // The first question gets no answer, and never will.
  proxy().onClientData((piece) => void (piece.includes('select 1') && proxy().strand()));
  const onState = vi.fn<(state: string, why: string) => void>();
  // One connection for calls: whoever asks again must not wait behind the question that is lost.
  const store = open({ connectionsMax: 3, onState });
  await vi.waitFor(() => expect(onState).toHaveBeenCalledWith('connecting', 'no answer within 500 ms'), { timeout: 30_000 });
  proxy().onClientData(() => undefined);
  expect(await store.ready(30_000)).toBe(true);
  expect(await one(store)).toStrictEqual(ANSWERED);
});

test('F-30: tables are made whole or not at all, whenever the way to the database is cut', async () => {
  const outcomes = new Set<number>();
  // The pieces in which a client sends it all: connecting, asking, locks, tables, list, commit.
  for (let [cutAt, isWhole] = [1, false]; !isWhole; cutAt += 1) {
    expect(cutAt).toBeLessThan(40);
    const url = await server().createDatabase(`cut${cutAt}`);
    let pieces = 0;
    proxy().onClientData(() => {
      pieces += 1;
      if (pieces === cutAt) proxy().cut();
    });
    const pool = openPool(through(proxy(), url));
    await prepareTables(pool.database).catch(() => undefined);
    pool.destroy();
    proxy().onClientData(() => undefined);
    const look = openPool(url);
    const count = async (): Promise<number> =>
      Number((await look.sql`SELECT count(*) AS n FROM pg_class WHERE relkind = 'r' AND starts_with(relname, 'LiteLLM_')`)[0]?.['n']);
    const made = await count();
    expect([0, 97]).toContain(made);
    // With them the list of migrations: LiteLLM would begin with the first on tables that it finds without one.
    if (made === 97) expect((await look.sql`SELECT 1 FROM "_prisma_migrations" WHERE finished_at IS NOT NULL`).length).toBeGreaterThan(100);
    outcomes.add(made);
    isWhole = pieces < cutAt;
    if (made === 0 && outcomes.size === 1) await prepareTables(look.database).then(async () => expect(await count()).toBe(97));
    look.destroy();
  }
  expect([...outcomes].toSorted((one, other) => one - other)).toStrictEqual([0, 97]);
});

test('F-31: a database that hangs is left alone after five questions, and asked again when it answers', async () => {
  const states: string[] = [];
  const store = open({ onState: (state) => states.push(state) });
  expect(await store.ready(30_000)).toBe(true);
  proxy().set('hang');
  for (let asked = 0; asked < 5; asked += 1) expect(await one(store)).toMatchObject({ ok: false, error: { kind: 'hung' } });
  expect(store.state()).toBe('down');
  // Nobody waits any more: an answer that does not come would be `hung`.
  expect(await one(store)).toStrictEqual(UNREACHED);
  expect(await one(store.manage)).toStrictEqual(UNREACHED);
  proxy().set('none');
  await untilState(store, 'ready');
  expect(await one(store)).toStrictEqual(ANSWERED);
  expect(new Set(states)).toStrictEqual(new Set(['ready', 'down']));
});

test('F-31: what is asked of pools that are gone says nothing of those that came after them', async () => {
  const onState = vi.fn<(state: string) => void>();
  const store = open({ manageAnswerMs: 60_000, onState });
  expect(await store.ready(30_000)).toBe(true);
  const { promise: gate, resolve: goOn } = Promise.withResolvers<void>();
  const begun = vi.fn<() => void>();
  const asked = Array.from({ length: 5 }, () =>
    store.manage.run(async (database) => {
      await database.execute(sql`select 1`);
      begun();
      await gate;
      return database.execute(sql`select 1`);
    }),
  );
  await vi.waitFor(() => expect(begun).toHaveBeenCalledTimes(5), { timeout: 30_000 });
  proxy().set('hang');
  for (let hung = 0; hung < 5; hung += 1) await one(store);
  expect(store.state()).toBe('down');
  proxy().set('none');
  await untilState(store, 'ready');
  onState.mockClear();
  goOn();
  expect(await Promise.all(asked)).toMatchObject(asked.map(() => ({ ok: false, error: { kind: 'down' } })));
  expect([store.state(), onState.mock.calls]).toStrictEqual(['ready', []]);
});

test('F-31: of pools that are gone no socket is left, nor do they open another, however long nobody answers', async () => {
  const ours: Socket[] = [];
  const left = (): number => ours.filter(({ destroyed }) => !destroyed).length;
  let atOnceMax = 0;
  const note = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    socket.once('connect', () => {
      // The proxy's own are told of too.
      if (socket.remotePort !== proxy().port) return;
      ours.push(socket);
      atOnceMax = Math.max(atOnceMax, left());
    });
  };
  subscribe('net.client.socket', note);
  onTestFinished(() => void unsubscribe('net.client.socket', note));
  const store = open();
  expect(await store.ready(30_000)).toBe(true);
  proxy().set('hang');
  for (let hung = 0; hung < 5; hung += 1) await one(store);
  expect(store.state()).toBe('down');
  atOnceMax = 0;
  const before = ours.length;
  await vi.waitFor(() => expect(ours.length).toBeGreaterThan(before + 4), { timeout: 60_000 });
  await store.close();
  expect([atOnceMax, left()]).toStrictEqual([1, 0]);
});

test('F-31: one question that gets no answer does not end the others', async () => {
  const store = open();
  expect(await store.ready(30_000)).toBe(true);
  expect(await store.run((database) => database.execute(sql`select pg_sleep(30)`))).toMatchObject({ ok: false, error: { kind: 'hung' } });
  expect(store.state()).toBe('ready');
  expect(await one(store)).toStrictEqual(ANSWERED);
});

test('what is asked at once never takes more connections than are allowed', async () => {
  const url = await server().createDatabase('pools');
  const store = open({ url, connectionsMax: 8, answerMs: 60_000, manageAnswerMs: 60_000 });
  store.listen(
    'channel',
    () => undefined,
    () => undefined,
  );
  expect(await store.ready(30_000)).toBe(true);
  const holder = openPool(url);
  onTestFinished(() => holder.destroy());
  // A pool that has not connected yet has nothing to reserve.
  await holder.sql`SELECT 1`;
  const session = await holder.sql.reserve();
  await session`SELECT pg_advisory_lock(7)`;
  const waitWith = (which: Pick<Store, 'run'>): Promise<unknown> =>
    which.run((database) => database.execute(sql`select pg_advisory_xact_lock_shared(7)`));
  const asked = [...Array.from({ length: 20 }, () => waitWith(store)), ...Array.from({ length: 10 }, () => waitWith(store.manage))];
  const connections = async (): Promise<number[]> => {
    const [row] = await session`SELECT count(*) AS all, count(*) FILTER (WHERE wait_event = 'advisory') AS waiting
      FROM pg_stat_activity WHERE datname = 'pools' AND pid <> pg_backend_pid()`;
    return [Number(row?.['all']), Number(row?.['waiting'])];
  };
  // Five for calls, two to manage with, and the one that listens.
  await vi.waitFor(async () => expect(await connections()).toStrictEqual([8, 7]), { timeout: 30_000 });
  await session`SELECT pg_advisory_unlock(7)`;
  session.release();
  expect(await Promise.all(asked)).toMatchObject(asked.map(() => ({ ok: true })));
});

test('F-32: what people ask for in the admin page keeps no call waiting, and the server gives it up in time', async () => {
  // What calls are given is less than the others take, and more than a busy machine needs to connect and to answer.
  const store = open({ connectionsMax: 4, answerMs: 4_000, connectMs: 4_000, manageAnswerMs: 6_000 });
  expect(await store.ready(30_000)).toBe(true);
  // More than the pool of calls would have connections.
  const slow = Array.from({ length: 3 }, () => store.manage.run((database) => database.execute(sql`select pg_sleep(301)`)));
  for (let asked = 0; asked < 20; asked += 1) expect(await one(store)).toStrictEqual(ANSWERED);
  for (const answer of await Promise.all(slow)) expect(answer).toMatchObject({ ok: false, error: { kind: 'hung' } });
  await vi.waitFor(
    async () =>
      expect([
        ...(await direct()
          .sql`SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(301)%' AND pid <> pg_backend_pid()`),
      ]).toStrictEqual([]),
    { timeout: 60_000 },
  );
});

test('whoever listens is told of a gap and hears again after the connection was cut', async () => {
  const store = open();
  const heard: string[] = [];
  const onGap = vi.fn<() => void>();
  store.listen('channel', (payload) => heard.push(payload), onGap);
  await vi.waitFor(() => expect(onGap).toHaveBeenCalledTimes(1), { timeout: 30_000 });
  await store.notify('channel', 'first');
  await vi.waitFor(() => expect(heard).toStrictEqual(['first']), { timeout: 30_000 });
  expect(proxy().cut()).toBeGreaterThan(0);
  await vi.waitFor(() => expect(onGap).toHaveBeenCalledTimes(2), { timeout: 30_000 });
  await vi.waitFor(async () => expect(await store.notify('channel', 'second')).toMatchObject({ ok: true }), { timeout: 30_000 });
  await vi.waitFor(() => expect(heard).toContain('second'), { timeout: 30_000 });
});

test('a bug in what prepares a database is said, and does not end the search for it', async () => {
  const onState = vi.fn<(state: string, why: string) => void>();
  let tries = 0;
  const prepare = async (): Promise<void> => {
    tries += 1;
    if (tries === 1) throw new TypeError('a bug');
  };
  const store = open({ prepare, onState });
  expect(await store.ready(30_000)).toBe(true);
  expect(onState).toHaveBeenCalledWith('connecting', 'TypeError: a bug');
});

test('a query that is wrong in itself is thrown: it says nothing of the database', async () => {
  const store = open();
  expect(await store.ready(30_000)).toBe(true);
  await expect(store.run(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
  expect(await store.run((database) => database.execute(sql`select * from nowhere`))).toMatchObject({
    ok: false,
    error: { kind: 'refused', code: '42P01' },
  });
  expect(store.state()).toBe('ready');
});
