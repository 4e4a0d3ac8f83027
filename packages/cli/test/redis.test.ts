import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '@stagegate/core-transforms';
import { startFakeUpstream, startFaultProxy, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { end, makeFolder, serve, type Served } from './spawn-serve.ts';
import { useRedis } from './support/use-redis.ts';

/** Several `stagegate serve` over one redis-server: what one has learned of a provider the others act on. */

const used = useRedis();
const LIVENESS = { timeout: 30_000, interval: 20 };
const MASTER_KEY = 'sk-master-of-tests';
const CASES: readonly { readonly count: number; readonly shell: readonly string[] }[] = [
  { count: 2, shell: ['hono'] },
  { count: 2, shell: ['legacy', '--stage', '2'] },
  { count: 4, shell: ['legacy', '--stage', '1'] },
];

let well: FakeUpstream;
let ill: FakeUpstream;
beforeAll(async () => {
  well = await startFakeUpstream();
  ill = await startFakeUpstream();
});
beforeEach(() => ill.clearScripts());
afterAll(async () => {
  await well.close();
  await ill.close();
});

/** A group with one deployment at each provider, the ill one preferred. */
function configOf(group: string, redisPort: number, cooldownSeconds: number): JsonObject {
  const row = (id: string, url: string, weight: number): JsonObject => ({
    model_name: group,
    litellm_params: { model: 'openai/gpt-4o', api_base: `${url}/v1`, api_key: 'k', weight },
    model_info: { id: `${group}-${id}` },
  });
  return {
    model_list: [row('ill', ill.url, 99), row('well', well.url, 1)],
    general_settings: { master_key: MASTER_KEY },
    router_settings: { redis_host: '127.0.0.1', redis_port: redisPort, cooldown_time: cooldownSeconds, num_retries: 1 },
  };
}

async function startAll(shell: readonly string[], config: JsonObject, count: number): Promise<readonly Served[]> {
  const folder = makeFolder({ 'config.yaml': JSON.stringify(config) });
  const all = await Promise.all(
    Array.from({ length: count }, (_, index) => serve(['--shell', ...shell, '--data', `data-${index}`], folder)),
  );
  onTestFinished(async () => {
    await Promise.all(all.map(end));
  });
  await Promise.all(
    all.map((one) => vi.waitFor(() => expect(one.stdout() + one.stderr()).toMatch(/"state":"ready"[^\n]*"msg":"redis"/u), LIVENESS)),
  );
  return all;
}

async function ask({ url }: Served, group: string, more: JsonObject = {}): Promise<string | null> {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: group, messages: [{ role: 'user', content: 'good day' }], ...more }),
  });
  await answer.text();
  return answer.headers.get('x-litellm-model-id');
}

function failing(times: number): void {
  for (let count = 0; count < times; count += 1) ill.enqueue({ status: 401, body: { error: { message: 'no' } } });
}

async function askAll(all: readonly Served[], group: string, times: number): Promise<readonly (string | null)[]> {
  return Promise.all(all.flatMap((one) => Array.from({ length: times }, () => ask(one, group))));
}

test.each(CASES)(
  '$count processes, $shell: one learns that a deployment is ill, and no other asks it',
  async ({ count, shell }) => {
    const group = `learn-${shell.join('')}`;
    const all = await startAll(shell, configOf(group, used.server.port, 300), count);
    const [first = expect.fail(), ...others] = all;
    failing(1000);
    const before = ill.requests.length;
    while (ill.requests.length === before) await ask(first, group);
    // Twice as long as it may take.
    await sleep(2000);
    const served = await askAll(others, group, 10);
    expect(new Set(served)).toEqual(new Set([`${group}-well`]));
    expect(ill.requests.length - before).toBe(1);
  },
  120_000,
);

test('4 processes, hono: when the cooldown is over one call finds out for all', async () => {
  const all = await startAll(['hono'], configOf('probe', used.server.port, 3), 4);
  failing(1000);
  const before = ill.requests.length;
  while (ill.requests.length === before) await ask(all[0] ?? expect.fail(), 'probe');
  await sleep(1000);
  await vi.waitFor(async () => {
    await askAll(all, 'probe', 2);
    expect(ill.requests.length - before).toBeGreaterThan(1);
  }, LIVENESS);
  for (let round = 0; round < 20; round += 1) await askAll(all, 'probe', 2);
  expect(ill.requests.length - before, 'the failure, and one probe that failed').toBe(2);
  ill.clearScripts();
  await vi.waitFor(async () => expect(new Set(await askAll(all, 'probe', 5))).toContain('probe-ill'), LIVENESS);
}, 120_000);

/** A group of two deployments at the well provider, with settings of its own. */
function pairOf(group: string, router: JsonObject): JsonObject {
  const config = configOf(group, used.server.port, 300);
  const row = (id: string): JsonObject => ({
    model_name: group,
    litellm_params: { model: 'openai/gpt-4o', api_base: `${well.url}/v1`, api_key: 'k' },
    model_info: { id: `${group}-${id}` },
  });
  return {
    ...config,
    model_list: [row('first'), row('second')],
    router_settings: { ...(config['router_settings'] as JsonObject), ...router },
  };
}

test.each([{ shell: ['hono'] }, { shell: ['legacy', '--stage', '1'] }])(
  '2 processes, $shell: least-busy knows what the other has under way; a session stays with its deployment in both',
  async ({ shell }) => {
    const group = `pair-${shell.join('')}`;
    const more = { routing_strategy: 'least-busy', optional_pre_call_checks: ['session_affinity'] };
    const [first = expect.fail(), second = expect.fail()] = await startAll(shell, pairOf(group, more), 2);
    // Idle ones go to the first of equals. The second process has then had to do with both, and is told of them.
    well.enqueue({ delayMs: 1500 });
    const before = well.requests.length;
    const slow = ask(second, group);
    await vi.waitFor(() => expect(well.requests.length).toBeGreaterThan(before), LIVENESS);
    expect(await ask(second, group)).toBe(`${group}-second`);
    expect(await slow).toBe(`${group}-first`);

    well.enqueue({ delayMs: 3000 });
    const busy = ask(first, group, { litellm_session_id: 'busy' });
    // As long as it may take until the other knows.
    await sleep(1000);
    expect(await ask(second, group, { litellm_session_id: 'other' })).toBe(`${group}-second`);
    expect(await busy).toBe(`${group}-first`);

    await sleep(1000);
    for (const one of [first, second]) {
      expect(await ask(one, group, { litellm_session_id: 'other' })).toBe(`${group}-second`);
      expect(await ask(one, group, { litellm_session_id: 'busy' })).toBe(`${group}-first`);
    }
  },
  120_000,
);

test('calls are answered while Redis is silent, and gone; each change of its state is one line', async () => {
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: used.server.port });
  const [one = expect.fail()] = await startAll(['hono'], configOf('away', proxy.port, 300), 1);
  const states = (): readonly string[] => [...one.stdout().matchAll(/"state":"(\w+)"[^\n]*"msg":"redis"/gu)].map(([, state = '']) => state);
  const startedWith = states().length;
  expect(states().at(-1)).toBe('ready');
  for (const fault of ['hang', 'refuse'] as const) {
    proxy.set(fault);
    if (fault === 'refuse') proxy.cut();
    await vi.waitFor(async () => {
      expect((await askAll([one], 'away', 5)).every((id) => id !== null)).toBe(true);
      expect(states().at(-1)).toBe('down');
    }, LIVENESS);
    proxy.set('none');
    await vi.waitFor(() => expect(states().at(-1)).toBe('ready'), LIVENESS);
  }
  expect(states().slice(startedWith)).toEqual(['down', 'ready', 'down', 'ready']);
  await proxy.close();
}, 120_000);

test('2 processes, hono: what one has spent of a provider’s money the other knows, and asks him no more', async () => {
  const config = configOf('money', used.server.port, 300);
  const [row] = config['model_list'] as readonly JsonObject[];
  const params = {
    ...(row?.['litellm_params'] as JsonObject),
    api_base: `${well.url}/v1`,
    input_cost_per_token: 1,
    output_cost_per_token: 1,
  };
  const budgets = { openai: { budget_limit: 5, time_period: '1d' } };
  const [one = expect.fail(), other = expect.fail()] = await startAll(
    ['hono'],
    {
      ...config,
      model_list: [{ ...row, litellm_params: params }],
      router_settings: { ...(config['router_settings'] as JsonObject), provider_budget_config: budgets },
    },
    2,
  );
  expect(await ask(one, 'money')).toBe('money-ill');
  await vi.waitFor(async () => {
    const [here, there] = [await ask(one, 'money'), await ask(other, 'money')];
    expect([here, there]).toStrictEqual([null, null]);
  }, LIVENESS);
  const before = well.requests.length;
  await askAll([one, other], 'money', 5);
  expect(well.requests.length - before).toBe(0);
}, 120_000);

test.each([{ shell: ['hono'] }, { shell: ['legacy', '--stage', '1'] }])(
  '2 processes, $shell: what deployments may write a minute both let in together',
  async ({ shell }) => {
    const group = `rooms-${shell.join('')}`;
    const config = configOf(group, used.server.port, 300);
    const row = {
      model_name: group,
      litellm_params: { model: 'openai/gpt-4o', api_base: `${well.url}/v1`, api_key: 'k', otpm: 100 },
      model_info: { id: `${group}-only` },
    };
    // A question that is not answered in time is decided by its instance: on a busy machine 50 ms are too few.
    const redis = { host: '127.0.0.1', port: used.server.port, socket_timeout: 5 };
    const settings = {
      general_settings: { master_key: MASTER_KEY, coordination_redis: redis },
      router_settings: { num_retries: 0, optional_pre_call_checks: ['enforce_model_rate_limits'] },
    };
    const all = await startAll(shell, { ...config, model_list: [row], ...settings }, 2);
    // The second time it is another minute of the clock.
    for (let round = 0; round < 2; round += 1) {
      const began = Math.floor(Date.now() / 60_000);
      for (let count = 0; count < 12; count += 1) well.enqueue({ delayMs: 1000 });
      const served = await Promise.all(all.flatMap((one) => Array.from({ length: 6 }, () => ask(one, group, { max_tokens: 20 }))));
      well.clearScripts();
      if (Math.floor(Date.now() / 60_000) !== began) continue;
      expect(served.filter((id) => id !== null).length).toBe(5);
      return;
    }
    expect.fail('two minutes ended in the midst of it');
  },
  120_000,
);
