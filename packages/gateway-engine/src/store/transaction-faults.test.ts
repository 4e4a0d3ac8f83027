import { eq, sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { useFaultyStore } from '../../test/use-faulty-store.ts';
import { budgets } from './schema/index.ts';
import type { Store } from './store.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { direct, proxy, open } = useFaultyStore();

async function insert(store: Store, id: string, during: () => Promise<void> | void = () => undefined): Promise<unknown> {
  return store.transact(async (transaction) => {
    await transaction.insert(budgets).values({ budget_id: id, created_by: 't', updated_by: 't' }).onConflictDoNothing();
    await during();
    await transaction.update(budgets).set({ max_budget: 1 }).where(eq(budgets.budget_id, id));
  });
}

async function budgetsOf(id: string): Promise<unknown[]> {
  return direct().database.select({ id: budgets.budget_id, max: budgets.max_budget }).from(budgets).where(eq(budgets.budget_id, id));
}

/** As an administrator does, or a server that goes down. out: how many. */
async function terminateTransactions(): Promise<number> {
  const ended = await direct().sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'`;
  return ended.length;
}

test.each<[string, () => Promise<number>]>([
  ['cut', async () => proxy().cut()],
  ['ended by the server', terminateTransactions],
])('F-33: a connection that is %s in a transaction leaves nothing behind, and the next one goes through', async (how, end) => {
  const store = open();
  expect(await store.ready(30_000)).toBe(true);
  let ended: Promise<number> | undefined;
  const lost = await insert(store, how, async () => void (await (ended = end())));
  expect(lost).toMatchObject({ ok: false, error: { kind: 'down' } });
  expect(await ended).toBeGreaterThan(0);
  expect(await budgetsOf(how)).toStrictEqual([]);
  expect(await insert(store, how)).toMatchObject({ ok: true });
  expect(await budgetsOf(how)).toStrictEqual([{ id: how, max: 1 }]);
});

test('F-33: however many transactions are cut while they write, no connection is lost for those that follow', async () => {
  const store = open({ connectionsMax: 2 });
  expect(await store.ready(30_000)).toBe(true);
  for (const which of [store, store.manage]) {
    for (let cuts = 0; cuts < 5; cuts += 1) {
      proxy().onClientData((piece) => void (piece.includes('insert into "LiteLLM_BudgetTable"') && proxy().cut()));
      const cut = await which.transact(async (transaction) => {
        await transaction.execute(sql`select 1`);
        await transaction.insert(budgets).values({ budget_id: `cut-${cuts}`, created_by: 't', updated_by: 't' });
      });
      expect(cut).toMatchObject({ ok: false });
      proxy().onClientData(() => undefined);
    }
    await vi.waitFor(
      async () => {
        const asked = Array.from({ length: 4 }, () => which.run((database) => database.execute(sql`select 1 AS one`)));
        expect(await Promise.all(asked)).toMatchObject(asked.map(() => ({ ok: true })));
      },
      { timeout: 30_000 },
    );
  }
});

test('F-33: a transaction whose answer is lost may be done again: there is one row', async () => {
  const store = open();
  expect(await store.ready(30_000)).toBe(true);
  proxy().onClientData((piece) => {
    if (piece.includes('commit')) proxy().set('mute');
  });
  expect(await insert(store, 'lost')).toMatchObject({ ok: false, error: { kind: 'hung' } });
  await vi.waitFor(async () => expect(await budgetsOf('lost')).toStrictEqual([{ id: 'lost', max: 1 }]), { timeout: 30_000 });
  proxy().onClientData(() => undefined);
  proxy().cut();
  proxy().set('none');
  await vi.waitFor(async () => expect(await insert(store, 'lost')).toMatchObject({ ok: true }), { timeout: 30_000 });
  expect(await budgetsOf('lost')).toStrictEqual([{ id: 'lost', max: 1 }]);
});

test('F-33: a server that takes no writes is no server, until it does again', async () => {
  const store = open();
  expect(await store.ready(30_000)).toBe(true);
  await direct().sql.unsafe('ALTER SYSTEM SET default_transaction_read_only = on');
  await direct().sql`SELECT pg_reload_conf()`;
  await vi.waitFor(async () => expect(await insert(store, 'standby')).toMatchObject({ ok: false, error: { kind: 'down' } }), {
    timeout: 30_000,
  });
  const session = await direct().sql.reserve();
  await session.unsafe('SET default_transaction_read_only = off');
  await session.unsafe('ALTER SYSTEM RESET default_transaction_read_only');
  await session`SELECT pg_reload_conf()`;
  session.release();
  await vi.waitFor(async () => expect(await insert(store, 'standby')).toMatchObject({ ok: true }), { timeout: 30_000 });
});

test('F-33: statements that another connection had prepared are not missed', async () => {
  const store = open({ connectionsMax: 3 });
  expect(await store.ready(30_000)).toBe(true);
  const ask = (id: string): Promise<unknown> =>
    store.run((database) => database.select({ id: budgets.budget_id }).from(budgets).where(eq(budgets.budget_id, id)));
  expect(await ask('nobody')).toStrictEqual({ ok: true, value: [] });
  await store.run((database) => database.execute(sql`DEALLOCATE ALL`));
  expect(await ask('nobody either')).toStrictEqual({ ok: true, value: [] });
  // Nothing is prepared under a name that another connection, behind a pooler, would not know.
  expect(await store.run((database) => database.execute(sql`SELECT name FROM pg_prepared_statements`))).toMatchObject({
    ok: true,
    value: [],
  });
});
