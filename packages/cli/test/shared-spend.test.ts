import { hashKey } from '@stagegate/gateway-engine/auth';
import { silentLog, systemClock, type Budget, type Grants, type SpendHold } from '@stagegate/gateway-engine/ports';
import { createRedis } from '@stagegate/gateway-engine/redis';
import { createLedger, type Ledger } from '@stagegate/gateway-engine/spend';
import { tables } from '@stagegate/gateway-engine/store';
import { createKeyLookup } from '@stagegate/gateway-engine/tenants';
import { startFakeUpstream, startFaultProxy, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { configFor, startGateway, type GatewayName } from './support/gateway.ts';
import { callerOf, startManagedDatabase, type Answer, type ManagedDatabase } from './support/managed-gateway.ts';
import { priced, PRICED_GROUP } from './support/priced-models.ts';
import { useRedis } from './support/use-redis.ts';

const NEVER_MS = 3_600_000;
const NOBODYS: Budget = { spend: 0, max: 0 };
const LIVENESS = { timeout: 20_000, interval: 20 };

interface Instance {
  readonly ledger: Ledger;
  readonly api: ReturnType<typeof callerOf>;
  readonly chat: (key: string) => Promise<Answer>;
  readonly grantsOf: (key: string) => Promise<Grants | undefined>;
  readonly spendOf: (key: string) => Promise<number | undefined>;
}

/** Two gateways over one database and one redis-server. They write down nothing, and read no row again, unless they are told to: what one knows of the other it has from Redis. */
describe('what owners of budgets have spent', () => {
  const used = useRedis();
  let upstream: FakeUpstream;
  let database: ManagedDatabase;
  beforeAll(async () => {
    upstream = await startFakeUpstream();
    database = await startManagedDatabase();
  }, 120_000);
  afterAll(async () => {
    await database.close();
    await upstream.close();
  });

  const ask = async (...command: string[]): Promise<unknown> => {
    const answer = await used.redis.send(command);
    return answer.ok ? answer.value : answer.error;
  };
  async function start(lane: GatewayName): Promise<Instance> {
    const { store } = database;
    const ledger = createLedger({ store, clock: systemClock, log: silentLog, flushMs: NEVER_MS, redis: used.redis });
    const keys = createKeyLookup({ store, clock: systemClock, acceptsUnenforced: false, meters: ledger.meters, freshMs: NEVER_MS });
    const gateway = await startGateway(lane, configFor(upstream.url, priced(upstream.url)), { keys, store, spending: ledger });
    onTestFinished(async () => {
      await ledger.close();
      await gateway.close();
    });
    const api = callerOf(gateway.url);
    const grantsOf = async (key: string): Promise<Grants | undefined> => {
      const found = await keys.find(hashKey(key));
      return found.kind === 'found' ? found.caller.grants : undefined;
    };
    return {
      ledger,
      api,
      chat: (key) => api('POST', '/v1/chat/completions', { model: 'priced', messages: [{ role: 'user', content: 'Hello' }] }, key),
      grantsOf,
      spendOf: async (key) => (await grantsOf(key))?.budget.spend,
    };
  }
  const pair = async (): Promise<readonly [Instance, Instance]> => [await start('hono'), await start('legacy-io')];

  test('what one has let in the other refuses, and a LiteLLM beside them counts', async () => {
    const [one, other] = await pair();
    const key = String((await one.api('POST', '/key/generate', { max_budget: 0.05 })).body['key']);
    // Each has looked at the key before anything was spent.
    expect([await one.spendOf(key), await other.spendOf(key)]).toStrictEqual([0, 0]);
    expect((await one.chat(key)).status).toBe(200);
    const spent = (await one.spendOf(key)) ?? 0;
    expect(spent).toBeGreaterThan(0);
    await vi.waitFor(async () => expect(await other.spendOf(key)).toBeCloseTo(spent, 9), LIVENESS);
    expect(Number(await ask('GET', `spend:key:${hashKey(key)}`))).toBeCloseTo(spent, 9);
    await ask('INCRBYFLOAT', `spend:key:${hashKey(key)}`, '0.05');
    await vi.waitFor(
      async () => expect([(await one.chat(key)).status, (await other.chat(key)).status]).toStrictEqual([422, 422]),
      LIVENESS,
    );
  });

  test('a spend that is set anew is anew for all, whatever was told before', async () => {
    const [one, other] = await pair();
    const key = String((await one.api('POST', '/key/generate', { max_budget: 0.05 })).body['key']);
    while ((await one.chat(key)).status === 200);
    await vi.waitFor(async () => expect((await other.chat(key)).status).toBe(422), LIVENESS);
    for (const { ledger } of [one, other]) expect(await ledger.flush()).toBe(true);
    expect((await one.api('POST', `/key/${hashKey(key)}/reset_spend`, { reset_to: 0 })).status).toBe(200);
    await vi.waitFor(async () => expect(await other.spendOf(key)).toBe(0), LIVENESS);
    expect((await other.chat(key)).status).toBe(200);
    const spent = (await other.spendOf(key)) ?? 0;
    await vi.waitFor(async () => expect(await one.spendOf(key)).toBeCloseTo(spent, 9), LIVENESS);
  });

  test('everybody whose money it is has LiteLLM’s name for it', async () => {
    const [one] = await pair();
    const { api } = one;
    const user = String((await api('POST', '/user/new', { max_budget: 1 })).body['user_id']);
    const organization = String(
      (await api('POST', '/organization/new', { organization_alias: 'o', max_budget: 1 })).body['organization_id'],
    );
    const members = [{ user_id: user, role: 'user' }];
    const team = { team_id: 'crew', organization_id: organization, max_budget: 1, members_with_roles: members, team_member_budget: 1 };
    expect((await api('POST', '/team/new', team)).status).toBe(200);
    expect((await api('POST', '/tag/new', { name: 'costly', max_budget: 1 })).status).toBe(200);
    expect((await api('POST', '/budget/new', { budget_id: 'of-group', max_budget: 1 })).status).toBe(200);
    const row = { access_group_name: PRICED_GROUP, budget_id: 'of-group' };
    await database.ask((connection) => tables.accessGroupBudgets.insert(connection, row));
    const models = [PRICED_GROUP];
    const made = await api('POST', '/key/generate', { team_id: 'crew', user_id: user, models, metadata: { tags: ['costly'] } });
    const key = String(made.body['key']);
    expect((await one.chat(key)).status).toBe(200);
    const names = [
      `spend:user:${user}`,
      'spend:team:crew',
      `spend:team_member:${user}:crew`,
      `spend:org:${organization}`,
      'spend:tag:costly',
      `spend:model_access_group:${PRICED_GROUP}`,
    ];
    await vi.waitFor(async () => {
      const amounts = await Promise.all(names.map(async (name) => Number(await ask('GET', name))));
      expect(new Set(amounts).size).toBe(1);
      expect(amounts[0]).toBeGreaterThan(0);
    }, LIVENESS);
  });

  test('of what many calls at once may cost both together set aside no more than there is', async () => {
    const [one, other] = await pair();
    const key = String((await one.api('POST', '/key/generate', { max_budget: 1 })).body['key']);
    const budgets = await Promise.all([one, other].map(async ({ grantsOf }) => (await grantsOf(key))?.budget));
    const ledgers = [one.ledger, other.ledger];
    const asks = Array.from({ length: 30 }, (_, at) => ledgers[at % 2]?.setAside([budgets[at % 2] ?? NOBODYS], 0.08, false));
    const given = await Promise.all(asks);
    const holds = given.filter((hold): hold is SpendHold => hold !== undefined && !('kind' in hold));
    // The last of them had only what was left.
    expect(holds).toHaveLength(13);
    expect(Number(await ask('GET', `spend:key:${hashKey(key)}`))).toBeCloseTo(1, 9);
    await vi.waitFor(async () => expect(await other.spendOf(key)).toBeCloseTo(1, 9), LIVENESS);
    for (const hold of holds) hold.end(0);
    await vi.waitFor(async () => {
      expect(Number(await ask('GET', `spend:key:${hashKey(key)}`))).toBeCloseTo(0, 9);
      expect([await one.spendOf(key), await other.spendOf(key)].map((usd) => Math.abs(usd ?? NaN) < 1e-9)).toStrictEqual([true, true]);
    }, LIVENESS);
    expect((await one.chat(key)).status).toBe(200);
  });

  test('the windows of a key are counted by both', async () => {
    const [one, other] = await pair();
    const budget_limits = [{ budget_duration: '1d', max_budget: 0.05 }];
    const key = String((await one.api('POST', '/key/generate', { budget_limits })).body['key']);
    const spentBy = async ({ grantsOf }: Instance): Promise<number | undefined> => (await grantsOf(key))?.windows?.[0]?.budget.spend;
    expect((await other.chat(key)).status).toBe(200);
    const cost = (await spentBy(other)) ?? NaN;
    // What was set aside for it, all that there was, has been given back.
    await vi.waitFor(async () => expect(await spentBy(one)).toBeCloseTo(cost, 9), LIVENESS);
    while ((await one.chat(key)).status === 200);
    await vi.waitFor(async () => expect(await spentBy(other)).toBeGreaterThanOrEqual(0.05), LIVENESS);
    expect((await other.chat(key)).status).toBe(422);
  });

  test.each(['hang', 'mute'] as const)('what Redis sets aside after its time is given back (%s)', async (fault) => {
    const proxy = await startFaultProxy({ host: '127.0.0.1', port: used.server.port });
    const late = createRedis({ host: '127.0.0.1', port: proxy.port, tls: false, database: 0, timeoutMs: 50, probeMs: 20 });
    onTestFinished(async () => {
      await late.close();
      await proxy.close();
    });
    await vi.waitFor(() => expect(late.state()).toBe('ready'), LIVENESS);
    const ledger = createLedger({ store: database.store, clock: systemClock, log: silentLog, flushMs: NEVER_MS, redis: late });
    const budget = ledger.meters.budget(ledger.meters.mark(), 'team', `late-${fault}`, { spend: 0.25, max: 1 });
    const sum = async (): Promise<number> => Number(await ask('GET', `spend:team:late-${fault}`));
    const setAside = async (): Promise<SpendHold> => {
      const given = await ledger.setAside([budget], 0.5, false);
      if ('kind' in given) throw new Error('no room');
      return given;
    };
    (await setAside()).end(0);
    await vi.waitFor(async () => expect(await sum()).toBeCloseTo(0.25, 9), LIVENESS);
    proxy.set(fault);
    const hold = await setAside();
    expect(budget.spend).toBeCloseTo(0.75, 9);
    proxy.set('none');
    await vi.waitFor(async () => expect(await sum()).toBeCloseTo(0.75, 9), LIVENESS);
    hold.end(0);
    await vi.waitFor(async () => expect(await sum()).toBeCloseTo(0.25, 9), LIVENESS);
    expect(budget.spend).toBeCloseTo(0.25, 9);
    await ledger.close();
  });
});
