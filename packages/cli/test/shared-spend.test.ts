import { hashKey } from '@stagegate/gateway-engine/auth';
import { silentLog, systemClock } from '@stagegate/gateway-engine/ports';
import { createLedger, type Ledger } from '@stagegate/gateway-engine/spend';
import { createKeyLookup } from '@stagegate/gateway-engine/tenants';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { configFor, startGateway, type GatewayName } from './support/gateway.ts';
import { callerOf, startManagedDatabase, type Answer, type ManagedDatabase } from './support/managed-gateway.ts';
import { priced } from './support/priced-models.ts';
import { useRedis } from './support/use-redis.ts';

const NEVER_MS = 3_600_000;
const LIVENESS = { timeout: 20_000, interval: 20 };

interface Instance {
  readonly ledger: Ledger;
  readonly api: ReturnType<typeof callerOf>;
  readonly chat: (key: string) => Promise<Answer>;
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
    const gateway = await startGateway(lane, configFor(upstream.url, priced(upstream.url)), keys, store, undefined, undefined, ledger);
    onTestFinished(async () => {
      await ledger.close();
      await gateway.close();
    });
    const api = callerOf(gateway.url);
    return {
      ledger,
      api,
      chat: (key) => api('POST', '/v1/chat/completions', { model: 'priced', messages: [{ role: 'user', content: 'Hello' }] }, key),
      spendOf: async (key) => {
        const found = await keys.find(hashKey(key));
        return found.kind === 'found' ? found.caller.grants?.budget.spend : undefined;
      },
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
    const made = await api('POST', '/key/generate', { team_id: 'crew', user_id: user, metadata: { tags: ['costly'] } });
    const key = String(made.body['key']);
    expect((await one.chat(key)).status).toBe(200);
    const names = [
      `spend:user:${user}`,
      'spend:team:crew',
      `spend:team_member:${user}:crew`,
      `spend:org:${organization}`,
      'spend:tag:costly',
    ];
    await vi.waitFor(async () => {
      const amounts = await Promise.all(names.map(async (name) => Number(await ask('GET', name))));
      expect(new Set(amounts).size).toBe(1);
      expect(amounts[0]).toBeGreaterThan(0);
    }, LIVENESS);
  });
});
