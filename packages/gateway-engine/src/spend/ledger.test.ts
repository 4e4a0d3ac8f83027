import { afterAll, expect, test } from 'vitest';
import { deployment } from '../../test/make-config.ts';
import { startStore } from '../../test/start-database.ts';
import { MASTER, silentLog, systemClock, type Caller, type SpentCall } from '../ports/index.ts';
import { findWindowSpends, type Store } from '../store/index.ts';
import { createBudgetResets, createLedger, type Ledger } from './index.ts';

const { store, pool, stop } = await startStore();
afterAll(stop);

/** Never by itself. */
const flushMs = 3_600_000;
const ledgerOver = (manage: Store['manage'] = store.manage): Ledger =>
  createLedger({ store: { manage }, clock: systemClock, log: silentLog, flushMs });

let calls = 0;
const callOf = (key: string, usd: number, more: Partial<SpentCall> = {}): SpentCall => {
  calls += 1;
  const caller: Caller = { ...MASTER, kind: 'virtual-key', keyHash: key, userId: undefined };
  return {
    callId: `call-${calls}`,
    answerId: `answer-${calls}`,
    dialect: 'openai-chat',
    caller,
    endUserId: undefined,
    windows: [],
    tags: [],
    sessionId: null,
    address: '127.0.0.1',
    userAgent: '',
    modelGroup: 'chat',
    deployment: deployment(),
    usd,
    prompt: 1,
    completion: 2,
    total: 3,
    usage: { prompt_tokens: 1 },
    cacheKey: undefined,
    cameMs: 1,
    firstMs: 2,
    endedMs: 3,
    ...more,
  };
};

const makeKey = (key: string): Promise<unknown> =>
  pool.sql`INSERT INTO "LiteLLM_VerificationToken" (token, models, spend) VALUES (${key}, '{}', 0)`;
const spendOf = async (key: string): Promise<number> => {
  const [row] = await pool.sql<{ spend: number }[]>`SELECT spend FROM "LiteLLM_VerificationToken" WHERE token = ${key}`;
  return row?.spend ?? Number.NaN;
};
const rowsOf = async (key: string): Promise<number> => {
  const [row] = await pool.sql<{ rows: string }[]>`SELECT count(*) AS rows FROM "LiteLLM_SpendLogs" WHERE api_key = ${key}`;
  return Number(row?.rows);
};

test('what a batch has no room for is written right behind it', async () => {
  await makeKey('many');
  const ledger = ledgerOver();
  for (let call = 0; call < 2_500; call += 1) ledger.spent(callOf('many', 1));
  await expect.poll(() => rowsOf('many')).toBe(2_500);
  expect(await spendOf('many')).toBe(2_500);
  await ledger.close();
});

test('several instances add to the same rows, and lose nothing', async () => {
  await makeKey('shared');
  const ledgers = [ledgerOver(), ledgerOver(), ledgerOver()];
  for (let round = 0; round < 5; round += 1) {
    for (const ledger of ledgers) for (let call = 0; call < 4; call += 1) ledger.spent(callOf('shared', 0.25));
    expect(await Promise.all(ledgers.map((ledger) => ledger.flush()))).toStrictEqual([true, true, true]);
  }
  expect([await spendOf('shared'), await rowsOf('shared')]).toStrictEqual([15, 60]);
});

test('a batch whose answer was lost is in the database once, whether or not it was written', async () => {
  await makeKey('lost');
  let loses = true;
  const lossy: Store['manage'] = {
    run: store.manage.run,
    transact: async (work) => {
      const answer = await store.manage.transact(work);
      return loses ? { ok: false, error: { kind: 'hung', message: 'the answer was lost' } } : answer;
    },
  };
  const ledger = ledgerOver(lossy);
  ledger.spent(callOf('lost', 0.5));
  expect(await ledger.flush()).toBe(false);
  ledger.spent(callOf('lost', 0.25));
  loses = false;
  await expect.poll(() => ledger.flush()).toBe(true);
  expect([await spendOf('lost'), await rowsOf('lost')]).toStrictEqual([0.75, 2]);
});

test('while the database is away sums grow, rows are bounded, and all of the money is written when it is back', async () => {
  await makeKey('away');
  let isAway = true;
  const away: Store['manage'] = {
    run: store.manage.run,
    transact: async (work) => (isAway ? { ok: false, error: { kind: 'down', message: 'away' } } : store.manage.transact(work)),
  };
  const ledger = ledgerOver(away);
  for (let call = 0; call < 10_500; call += 1) ledger.spent(callOf('away', 0.5));
  expect(await ledger.flush()).toBe(false);
  isAway = false;
  await expect.poll(() => ledger.flush()).toBe(true);
  expect(await spendOf('away')).toBe(5_250);
  expect(await rowsOf('away')).toBeLessThan(10_500);
}, 60_000);

test('a call that is lost at the end counts once, also where a batch had no room for its row', async () => {
  let batches = 0;
  const manage: Store['manage'] = {
    run: store.manage.run,
    transact: async (work) => (batches > 1 ? { ok: false, error: { kind: 'down', message: 'away' } } : store.manage.transact(work)),
  };
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => (nowMs += 10_000) };
  const said: unknown[] = [];
  const log = { ...silentLog, error: (...words: readonly unknown[]) => void said.push(words) };
  // Asked for with each batch: the second one, which has room for 1,000 rows, is not written.
  const proxyBudget = (): undefined => void (batches += 1);
  const ledger = createLedger({ store: { manage }, clock, log, flushMs, proxyBudget });
  for (let call = 0; call < 2_500; call += 1) ledger.spent(callOf('lost', 0));
  await expect.poll(() => batches).toBe(2);
  for (let call = 0; call < 10; call += 1) ledger.spent(callOf('lost', 0));
  await ledger.close();
  expect(said).toStrictEqual([['spend-lost', { calls: 2_410 }]]);
});

test('a row that the database does not take costs no money', async () => {
  await makeKey('refused');
  const ledger = ledgerOver();
  ledger.spent(callOf('refused', 0.5, { total: 3_000_000_000 }));
  expect(await ledger.flush()).toBe(false);
  expect(await ledger.flush()).toBe(true);
  expect([await spendOf('refused'), await rowsOf('refused')]).toStrictEqual([0.5, 0]);
});

test('without logs money is counted all the same', async () => {
  await makeKey('silent');
  const ledger = createLedger({ store, clock: systemClock, log: silentLog, flushMs, keepsLogs: () => false });
  ledger.spent(callOf('silent', 0.5));
  expect(await ledger.flush()).toBe(true);
  expect([await spendOf('silent'), await rowsOf('silent')]).toStrictEqual([0.5, 0]);
});

test('a budget knows at once what is spent, and counts nothing twice once it is written', async () => {
  await makeKey('live');
  const ledger = ledgerOver();
  const { meters } = ledger;
  const early = meters.budget(meters.mark(), 'key', 'live', { spend: 1, max: 5 });
  ledger.spent(callOf('live', 0.5));
  expect(early.spend).toBe(1.5);
  await ledger.flush();
  expect(early.spend).toBe(1.5);
  expect(meters.budget(meters.mark(), 'key', 'live', { spend: 1.5, max: 5 }).spend).toBe(1.5);
  // Rows that were read while a batch was written may lack it.
  const mark = meters.mark();
  ledger.spent(callOf('live', 0.25));
  await ledger.flush();
  expect(meters.budget(mark, 'key', 'live', { spend: 1.5, max: 5 }).spend).toBe(1.75);
});

test('budgets whose time has come start anew, with those who share them; one instance does it', async () => {
  await pool.sql.unsafe(`
    INSERT INTO "LiteLLM_BudgetTable" (budget_id, max_budget, budget_duration, budget_reset_at, allowed_models, created_by, updated_by, updated_at)
      VALUES ('due', 5, '1d', '2020-01-01', '{}', 'x', 'x', now()), ('not-due', 5, '1d', '2999-01-01', '{}', 'x', 'x', now());
    INSERT INTO "LiteLLM_VerificationToken" (token, models, spend, budget_id, budget_duration, budget_reset_at) VALUES
      ('own', '{}', 3, null, '1h', '2020-01-01'), ('later', '{}', 3, null, '1h', '2999-01-01'),
      ('shares', '{}', 3, 'due', null, null), ('shares-later', '{}', 3, 'not-due', null, null);
    INSERT INTO "LiteLLM_EndUserTable" (user_id, spend, blocked, budget_id) VALUES ('customer', 3, false, 'due'), ('of-the-shared', 3, false, null), ('of-none', 3, false, 'not-due');
    INSERT INTO "LiteLLM_ModelAccessGroupBudgetTable" (access_group_name, spend, budget_id, updated_at) VALUES ('pool', 3, 'due', now()), ('pool-later', 3, 'not-due', now());
    INSERT INTO "LiteLLM_TeamTable" (team_id, models, spend, budget_duration, budget_reset_at, updated_at) VALUES ('team', '{}', 3, '30d', '2020-01-01', now());
  `);
  const resets = [0, 1].map(() =>
    createBudgetResets({ store, clock: systemClock, log: silentLog, everyMs: flushMs, endUserBudgetId: () => 'due' }),
  );
  const done = await Promise.all(resets.map(({ run }) => run()));
  expect(done.filter((count) => count !== undefined && count > 0)).toStrictEqual([3]);
  await pool.sql.begin(async (theirs) => {
    await theirs`SELECT pg_advisory_xact_lock(7309416)`;
    expect(await resets[0]?.run()).toBeUndefined();
  });
  for (const { close } of resets) close();
  const spends = await Promise.all(['own', 'later', 'shares', 'shares-later'].map(spendOf));
  expect(spends).toStrictEqual([0, 3, 0, 3]);
  const [state] = await pool.sql`
    SELECT (SELECT spend FROM "LiteLLM_EndUserTable" WHERE user_id = 'customer') AS customer,
      (SELECT sum(spend) FROM "LiteLLM_EndUserTable" WHERE user_id IN ('of-the-shared', 'of-none')) AS others,
      (SELECT spend FROM "LiteLLM_TeamTable" WHERE team_id = 'team') AS team,
      (SELECT json_agg(spend ORDER BY access_group_name) FROM "LiteLLM_ModelAccessGroupBudgetTable") AS pools,
      (SELECT count(*)::int FROM "LiteLLM_VerificationToken" WHERE budget_reset_at < now() AT TIME ZONE 'utc') AS due,
      (SELECT count(*)::int FROM "LiteLLM_BudgetTable" WHERE budget_reset_at < now() AT TIME ZONE 'utc') AS budgets`;
  expect(state).toStrictEqual({ customer: 0, others: 3, team: 0, pools: [0, 3], due: 0, budgets: 0 });
});

const daysOf = (table: string, key: string): Promise<readonly Record<string, unknown>[]> =>
  pool.sql.unsafe(`SELECT * FROM "LiteLLM_Daily${table}Spend" WHERE api_key = $1 ORDER BY date, model, endpoint`, [
    key,
  ]) as unknown as Promise<readonly Record<string, unknown>[]>;

test('days add up for everybody whose money it is, once, whoever writes them and whatever got lost', async () => {
  let loses = true;
  const lossy: Store['manage'] = {
    run: store.manage.run,
    transact: async (work) => {
      const answer = await store.manage.transact(work);
      return loses ? { ok: false, error: { kind: 'hung', message: 'the answer was lost' } } : answer;
    },
  };
  const ledgers = [ledgerOver(lossy), ledgerOver()];
  const caller: Caller = { ...MASTER, kind: 'virtual-key', keyHash: 'days', userId: 'ann', teamId: 'red', organizationId: 'org' };
  const usage = { prompt_tokens: 1, prompt_tokens_details: { cached_tokens: 4 }, cache_creation_input_tokens: 5 };
  for (const ledger of ledgers) {
    for (let call = 0; call < 3; call += 1) ledger.spent(callOf('days', 0.5, { caller, usage, endUserId: 'customer', tags: ['a', 'b'] }));
    ledger.spent(callOf('days', 0, { caller, dialect: 'openai-embeddings' }));
  }
  expect(await ledgers[0]?.flush()).toBe(false);
  loses = false;
  for (const ledger of ledgers) await expect.poll(() => ledger.flush()).toBe(true);
  const sums = {
    model: 'openai/gpt-4o',
    model_group: 'chat',
    custom_llm_provider: 'openai',
    mcp_namespaced_tool_name: '',
    endpoint: '/chat/completions',
    prompt_tokens: '6',
    completion_tokens: '12',
    cache_read_input_tokens: '24',
    cache_creation_input_tokens: '30',
    spend: 3,
    api_requests: '6',
    successful_requests: '6',
    failed_requests: '0',
    total_response_time_ms: '12',
    timed_requests: '6',
  };
  const [chat, embedded, ...more] = await daysOf('User', 'days');
  expect(chat).toMatchObject({ ...sums, user_id: 'ann', date: new Date().toISOString().slice(0, 10) });
  expect(embedded).toMatchObject({ endpoint: '/embeddings', spend: 0, api_requests: '2' });
  expect(more).toStrictEqual([]);
  expect((await daysOf('Team', 'days'))[0]).toMatchObject({ ...sums, team_id: 'red' });
  expect((await daysOf('Organization', 'days'))[0]).toMatchObject({ ...sums, organization_id: 'org' });
  expect(await daysOf('EndUser', 'days')).toMatchObject([{ ...sums, end_user_id: 'customer' }]);
  const tags = await daysOf('Tag', 'days');
  expect(tags.map(({ tag }) => tag).toSorted()).toStrictEqual(['a', 'b']);
  expect(tags[0]).toMatchObject({ ...sums, request_id: expect.stringContaining('answer-') });
});

test('a call without a user counts under an empty name, as in the reference; a NUL in a name stops nobody', async () => {
  const ledger = ledgerOver();
  ledger.spent(callOf('nobody', 0.5, { endUserId: 'cust\u0000omer', tags: ['t\u0000ag'], modelGroup: 'ch\u0000at' }));
  expect(await ledger.flush()).toBe(true);
  expect(await daysOf('User', 'nobody')).toMatchObject([{ user_id: '', spend: 0.5 }]);
  expect(await daysOf('Team', 'nobody')).toMatchObject([{ team_id: '' }]);
  expect(await daysOf('EndUser', 'nobody')).toMatchObject([{ end_user_id: 'customer' }]);
  expect(await daysOf('Tag', 'nobody')).toMatchObject([{ tag: 'tag' }]);
});

test('a window goes on over instances, and the one after it takes its place', async () => {
  await makeKey('windows');
  const owner = { owner: 'key', id: 'windows', duration: '1d' } as const;
  const caller = (startMs: number): Caller => {
    const budget = { spend: 0, max: undefined };
    const none = { models: [], aliases: {}, allowedRoutes: [], accessGroupModels: [], ownedGroupModels: [], unenforced: [] };
    const nobody = { team: undefined, user: undefined, project: undefined, organization: undefined };
    const windows = [{ window: { ...owner, startMs }, budget: { spend: 0, max: 5 } }];
    const grants = { ...none, ...nobody, blocked: false, expiresMs: undefined, budget, windows };
    return { ...MASTER, kind: 'virtual-key', keyHash: 'windows', userId: undefined, grants };
  };
  const spentSince = async (startMs: number): Promise<number | undefined> => {
    const found = await store.manage.run((database) => findWindowSpends(database, [{ ...owner, startMs }]));
    return found.ok ? found.value[0]?.spend : undefined;
  };
  const [today, tomorrow] = [Date.now() - 60_000, Date.now() + 60_000];
  const ledgers = [ledgerOver(), ledgerOver()];
  for (const ledger of ledgers) {
    ledger.spent(callOf('windows', 0.5, { caller: caller(today) }));
    expect(await ledger.flush()).toBe(true);
  }
  expect([await spentSince(today), await spentSince(tomorrow)]).toStrictEqual([1, 0]);
  for (const ledger of ledgers) ledger.spent(callOf('windows', 0.25, { caller: caller(tomorrow) }));
  expect(await Promise.all(ledgers.map((ledger) => ledger.flush()))).toStrictEqual([true, true]);
  expect(await spentSince(tomorrow)).toBe(0.5);
});
