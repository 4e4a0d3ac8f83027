import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openPool, startDatabase, type TestServer } from '../../test/start-database.ts';
import { hashKey } from '../auth/index.ts';
import { systemClock, type Caller, type KeyFinding, type KeyLookup } from '../ports/index.ts';
import { createStore, type Store } from '../store/index.ts';
import { prepareTables } from '../store/litellm/prepare-tables.ts';
import type { Pool } from '../store/pool.ts';
import { announceChange, createKeyLookup } from './index.ts';

let server: TestServer;
let pool: Pool;
/** Two instances of a gateway, each with its own connections. */
let stores: readonly [Store, Store];
let lookups: readonly [KeyLookup, KeyLookup];

beforeAll(async () => {
  server = await startDatabase();
  pool = openPool(server.url);
  const make = (): Store => createStore({ url: server.url, prepare: async (database) => void (await prepareTables(database)) });
  stores = [make(), make()];
  expect(await Promise.all(stores.map((store) => store.ready(60_000)))).toStrictEqual([true, true]);
  // Longer than this file takes: only what is announced is seen.
  const look = (store: Store): KeyLookup => createKeyLookup({ store, clock: systemClock, acceptsUnenforced: false, freshMs: 600_000 });
  lookups = [look(stores[0]), look(stores[1])];
  await pool.sql.unsafe(ROWS);
}, 120_000);

afterAll(async () => {
  pool.destroy();
  await Promise.all(stores.map((store) => store.close()));
  await server.stop();
});

const KEY = 'sk-of-the-database';

const ROWS = `
  INSERT INTO "LiteLLM_BudgetTable" (budget_id, max_budget, allowed_models, created_by, updated_by, updated_at)
    VALUES ('b-key', 5, '{}', 'x', 'x', now()), ('b-member', 3, '{small}', 'x', 'x', now()), ('b-org', 100, '{}', 'x', 'x', now()), ('b-end', 1, '{}', 'x', 'x', now());
  INSERT INTO "LiteLLM_BudgetTable" (budget_id, rpm_limit, model_max_budget, allowed_models, created_by, updated_by, updated_at)
    VALUES ('b-rates', 2, '{"chat": {"budget_limit": 3, "time_period": "1d"}}', '{}', 'x', 'x', now());
  INSERT INTO "LiteLLM_OrganizationTable" (organization_id, organization_alias, budget_id, models, spend, created_by, updated_by, updated_at)
    VALUES ('o', 'org', 'b-org', '{named}', 7, 'x', 'x', now());
  INSERT INTO "LiteLLM_ModelTable" (id, aliases, created_by, updated_by, updated_at) VALUES (1, '{"theirs": "small"}', 'x', 'x', now());
  INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, organization_id, models, spend, max_budget, access_group_ids, model_id, updated_at)
    VALUES ('t', 'team', 'o', '{small}', 1, 10, '{g-team}', 1, now());
  INSERT INTO "LiteLLM_UserTable" (user_id, user_role, models, spend, updated_at) VALUES ('u', 'internal_user_viewer', '{}', 2, now());
  INSERT INTO "LiteLLM_OrganizationMembership" (user_id, organization_id, user_role, updated_at) VALUES ('u', 'o', 'org_admin', now());
  INSERT INTO "LiteLLM_TeamMembership" (user_id, team_id, spend, budget_id) VALUES ('u', 't', 0.5, 'b-member');
  INSERT INTO "LiteLLM_AccessGroupTable" (access_group_id, access_group_name, access_model_names, assigned_team_ids, updated_at)
    VALUES ('g-team', 'gt', '{from-team}', '{t}', now()), ('g-key', 'gk', '{from-key}', '{}', now()), ('g-owned', 'go', '{from-owned}', '{t}', now());
  INSERT INTO "LiteLLM_VerificationToken" (token, key_name, key_alias, models, aliases, team_id, user_id, budget_id, spend, expires, metadata, access_group_ids)
    VALUES ('${hashKey(KEY)}', 'sk-...base', 'ours', '{small}', '{"mine": "small"}', 't', 'u', 'b-key', 0.25, '2999-01-02 03:04:05', '{"tags": ["a"]}', '{g-key,g-owned}'),
      ('${hashKey('sk-plain')}', null, null, '{}', '{}', null, null, null, 0, null, '{}', '{}'),
      ('${hashKey('sk-limited')}', null, null, '{}', '{}', null, null, null, 0, null, '{"guardrails": ["g"]}', '{}'),
      ('${hashKey('sk-of-a-lost-team')}', null, null, '{}', '{}', 'gone', null, null, 0, null, '{}', '{}'),
      ('${hashKey('sk-next')}', null, null, '{}', '{}', null, null, null, 0, null, '{}', '{}');
  UPDATE "LiteLLM_VerificationToken" SET rpm_limit = 3 WHERE token = '${hashKey('sk-limited')}';
  INSERT INTO "LiteLLM_DeprecatedVerificationToken" (id, token, active_token_id, revoke_at)
    VALUES ('d1', '${hashKey('sk-rotated')}', '${hashKey('sk-next')}', now() at time zone 'utc' + interval '1 hour'),
      ('d2', '${hashKey('sk-rotated-long-ago')}', '${hashKey('sk-next')}', now() at time zone 'utc' - interval '1 second');
  INSERT INTO "LiteLLM_EndUserTable" (user_id, spend, blocked, budget_id) VALUES ('customer', 0.5, true, 'b-end'), ('hurried', 0, false, 'b-rates');
`;

async function find(key: string, at: 0 | 1 = 0): Promise<KeyFinding> {
  return lookups[at].find(hashKey(key));
}

async function callerOf(key: string): Promise<Caller> {
  const found = await find(key);
  if (found.kind !== 'found') throw new Error(found.kind);
  return found.caller;
}

test('a key comes with everybody it belongs to', async () => {
  expect(await callerOf(KEY)).toStrictEqual({
    kind: 'virtual-key',
    keyHash: hashKey(KEY),
    keyName: 'sk-...base',
    keyAlias: 'ours',
    userId: 'u',
    teamId: 't',
    organizationId: 'o',
    projectId: undefined,
    role: 'internal_user_viewer',
    adminOf: ['o'],
    metadata: { tags: ['a'] },
    routing: expect.objectContaining({ tags: ['a'], settings: {} }),
    grants: {
      blocked: false,
      expiresMs: Date.UTC(2999, 0, 2, 3, 4, 5),
      models: ['small'],
      aliases: { mine: 'small' },
      allowedRoutes: [],
      accessGroupModels: ['from-key', 'from-owned'],
      ownedGroupModels: ['from-owned'],
      budget: { spend: 0.25, max: 5 },
      team: {
        id: 't',
        alias: 'team',
        blocked: false,
        models: ['small'],
        aliases: { theirs: 'small' },
        accessGroupModels: ['from-team'],
        budget: { spend: 1, max: 10 },
        member: { models: ['small'], budget: { spend: 0.5, max: 3 } },
        lost: false,
      },
      user: { id: 'u', models: [], budget: { spend: 2, max: undefined }, deactivated: false },
      project: undefined,
      organization: { id: 'o', models: ['named'], budget: { spend: 7, max: 100 } },
      unenforced: [],
    },
  });
});

test('a key that was rotated works while its grace lasts, as the key that came after it', async () => {
  expect((await callerOf('sk-rotated')).keyHash).toBe(hashKey('sk-next'));
  expect(await find('sk-rotated-long-ago')).toStrictEqual({ kind: 'unknown' });
});

test.each(['sk-nobody', '', "sk-' OR 1=1 --", 'sk-\0', 'x'.repeat(1_000_000)])('nobody has %.20j', async (key) => {
  expect(await find(key)).toStrictEqual({ kind: 'unknown' });
});

test('a hash is no key, and a key is no hash', async () => {
  expect(await lookups[0].find(KEY)).toStrictEqual({ kind: 'unknown' });
  expect(await find(hashKey(KEY))).toStrictEqual({ kind: 'unknown' });
});

test('limits are read, and those that are not built are named', async () => {
  const { grants } = await callerOf('sk-limited');
  expect(grants?.unenforced).toStrictEqual(['key.metadata.guardrails']);
  const ofKey = { scope: 'api_key', id: hashKey('sk-limited'), requests: 3, tokens: undefined, parallel: undefined };
  expect(grants?.rates).toStrictEqual({ own: [ofKey], byModel: [], others: [] });
});

test('a key of a team that is gone belongs to nobody who could allow it anything', async () => {
  expect((await callerOf('sk-of-a-lost-team')).grants?.team).toMatchObject({ id: 'gone', lost: true });
});

test('a customer comes with his budget', async () => {
  expect(await lookups[0].findEndUser('customer')).toStrictEqual({
    kind: 'found',
    endUser: { id: 'customer', blocked: true, models: [], budget: { spend: 0.5, max: 1 }, unenforced: [] },
  });
  expect(await lookups[0].findEndUser("' OR 1=1 --")).toStrictEqual({ kind: 'unknown' });
});

test('customers without a budget of their own have the one that is named for them, from their first call on', async () => {
  const [store = expect.fail()] = stores;
  const lookup = createKeyLookup({ store, clock: systemClock, acceptsUnenforced: false, endUserBudgetId: () => 'b-end' });
  const maxOf = async (id: string): Promise<number | undefined> => {
    const found = await lookup.findEndUser(id);
    return found.kind === 'found' ? found.endUser.budget.max : undefined;
  };
  expect([await maxOf('nobody-yet'), await maxOf('customer'), await maxOf('hurried')]).toStrictEqual([1, 1, undefined]);
});

test('a budget that limits anything but money is one too', async () => {
  const found = await lookups[0].findEndUser('hurried');
  const endUser = found.kind === 'found' ? found.endUser : undefined;
  expect(endUser?.rates).toMatchObject({ requests: 2 });
  expect(endUser?.modelBudgets?.get('chat')).toMatchObject({
    window: { key: 'end_user_model_spend:hurried:chat:1d', startKey: 'end_user_budget_start_time:hurried:chat:1d' },
    budget: { spend: 0, max: 3 },
  });
});

test('where no customer is limited, none is looked up; once one is, every one is', async () => {
  let asked = 0;
  const counting: Store = {
    ...stores[0],
    // Without the gap at its start, after which everything is asked for again.
    listen: (channel, heard) => stores[0].listen(channel, heard, () => undefined),
    run: (query) => {
      asked += 1;
      return stores[0].run(query);
    },
  };
  await pool.sql.unsafe(`UPDATE "LiteLLM_EndUserTable" SET blocked = false, budget_id = null`);
  const lookup = createKeyLookup({ store: counting, clock: systemClock, acceptsUnenforced: false, freshMs: 600_000 });
  for (const id of ['customer', 'one', 'another']) expect(await lookup.findEndUser(id)).toStrictEqual({ kind: 'unknown' });
  expect(asked).toBe(1);
  await pool.sql.unsafe(`UPDATE "LiteLLM_EndUserTable" SET blocked = true`);
  await announceChange(stores[0], { kind: 'end_user', id: 'customer' });
  await expect.poll(() => lookup.findEndUser('customer'), { interval: 10 }).toMatchObject({ endUser: { blocked: true } });
  expect(await lookup.findEndUser('one')).toStrictEqual({ kind: 'unknown' });
});

test('a hot key costs no database call', async () => {
  await find('sk-plain');
  expect(lookups[0].find(hashKey('sk-plain'))).not.toBeInstanceOf(Promise);
  expect(lookups[0].find(hashKey('sk-nobody'))).not.toBeInstanceOf(Promise);
});

test.each([
  [
    'a key',
    'sk-plain',
    `UPDATE "LiteLLM_VerificationToken" SET blocked = true WHERE token = '${hashKey('sk-plain')}'`,
    { kind: 'key', keyHash: hashKey('sk-plain') },
  ],
  ['a team', KEY, `UPDATE "LiteLLM_TeamTable" SET blocked = true WHERE team_id = 't'`, { kind: 'team', id: 't' }],
  ['a user', KEY, `UPDATE "LiteLLM_UserTable" SET spend = 3 WHERE user_id = 'u'`, { kind: 'user', id: 'u' }],
  ['a budget', KEY, `UPDATE "LiteLLM_BudgetTable" SET max_budget = 6 WHERE budget_id = 'b-key'`, { kind: 'all' }],
  [
    'a key that was not there',
    'sk-new',
    `INSERT INTO "LiteLLM_VerificationToken" (token) VALUES ('${hashKey('sk-new')}')`,
    { kind: 'key', keyHash: hashKey('sk-new') },
  ],
  [
    'a deleted key',
    'sk-next',
    `DELETE FROM "LiteLLM_VerificationToken" WHERE token = '${hashKey('sk-next')}'`,
    { kind: 'key', keyHash: hashKey('sk-next') },
  ],
] as const)('what one instance changes, every instance knows: %s', async (_, key, statement, change) => {
  const before = await Promise.all([find(key, 0), find(key, 1)]);
  await pool.sql.unsafe(statement);
  expect(await Promise.all([find(key, 0), find(key, 1)])).toStrictEqual(before);
  await announceChange(stores[0], change);
  for (const at of [0, 1] as const) await expect.poll(() => find(key, at), { timeout: 1_000, interval: 10 }).not.toStrictEqual(before[at]);
});

test('what may have been announced while nobody heard is asked for again', async () => {
  const token = hashKey('sk-unheard');
  await pool.sql`INSERT INTO "LiteLLM_VerificationToken" (token, models, spend) VALUES (${token}, '{}', 0)`;
  expect((await callerOf('sk-unheard')).grants?.blocked).toBe(false);
  await pool.sql`UPDATE "LiteLLM_VerificationToken" SET blocked = true WHERE token = ${token}`;
  expect((await callerOf('sk-unheard')).grants?.blocked).toBe(false);
  await pool.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ILIKE 'listen %'`;
  await vi.waitFor(async () => expect((await callerOf('sk-unheard')).grants?.blocked).toBe(true), { timeout: 30_000, interval: 50 });
});

test('what nobody announced is seen after the time that was asked for', async () => {
  const soon = createKeyLookup({ store: stores[0], clock: systemClock, acceptsUnenforced: true, freshMs: 100 });
  const limited = hashKey('sk-limited');
  expect(await soon.find(limited)).toMatchObject({ caller: { grants: { blocked: false, unenforced: [] } } });
  await pool.sql.unsafe(`UPDATE "LiteLLM_VerificationToken" SET blocked = true WHERE token = '${limited}'`);
  await expect.poll(() => soon.find(limited), { timeout: 5_000, interval: 10 }).toMatchObject({ caller: { grants: { blocked: true } } });
});
