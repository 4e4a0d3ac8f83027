import type { JsonObject } from '@stagegate/core-transforms';
import type { Caller } from '@stagegate/gateway-engine/ports';
import { HTTP_LANES, type HttpLane } from '@stagegate/parity/lanes';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { caller, memoryKeys } from './support/callers.ts';
import { MASTER_KEY, startGateway } from './support/gateway.ts';
import { inOneMinute } from './support/in-one-minute.ts';

/** What deployments may a minute, shared by priority, in every lane. What LiteLLM says is held by the engine's recorded cases. */

const upstream = await startFakeUpstream();
afterAll(() => upstream.close());

const FREE = { spend: 0, max: undefined };
const TEAM = { id: 't', alias: undefined, blocked: false, models: [], aliases: {}, accessGroupModels: [], budget: FREE, lost: false };
const ONE_A_MINUTE = { scope: 'api_key', id: 'one', requests: 1, tokens: undefined, parallel: undefined };
const withPriority = (priority: string, known = caller()): Caller => ({ ...known, metadata: { priority } });
const keys = memoryKeys({
  'sk-high': withPriority('high'),
  'sk-low': withPriority('low'),
  'sk-none': caller(),
  'sk-of-team': withPriority('low', caller({ team: { ...TEAM, member: undefined, priority: 'high' } })),
  'sk-one': { ...caller({ rates: { own: [ONE_A_MINUTE], byModel: [], others: [] } }), keyHash: 'one' },
});
const SETTINGS = {
  callbacks: ['dynamic_rate_limiter_v3'],
  priority_reservation: { high: 0.75, low: { type: 'percent', value: 0.25 } },
  priority_reservation_settings: { default_priority: 0.1, saturation_threshold: 0.5 },
  num_retries: 0,
};

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

type Ask = (key: string, more?: JsonObject) => Promise<Answered>;

async function gatewayOf(lane: HttpLane, limits: JsonObject, settings: JsonObject = {}): Promise<Ask> {
  const row = { model: 'openai/gpt-4o', api_base: `${upstream.url}/v1`, api_key: 'k', max_parallel_requests: 50 };
  const config = {
    model_list: [{ model_name: 'm', litellm_params: { ...row, ...limits } }],
    general_settings: { master_key: MASTER_KEY },
    litellm_settings: { ...SETTINGS, ...settings },
  };
  const gateway = await startGateway(lane, config, { keys });
  onTestFinished(() => gateway.close());
  return async (key, more = {}) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hello' }], ...more });
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', headers, body });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
}

async function statusesOf(ask: Ask, asked: readonly string[]): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (const key of asked) statuses.push((await ask(key)).status);
  return statuses;
}

const times = (count: number, key: string): readonly string[] => Array.from({ length: count }, () => key);

const inMinute = (run: () => Promise<void>): Promise<void> => inOneMinute(run, () => upstream.clearScripts());

describe.each(HTTP_LANES)('%s', (lane) => {
  test('up to the threshold everybody takes what there is, and then each has his part; the group never has more than it may', async () => {
    const ask = await gatewayOf(lane, { rpm: 10 });
    expect(await statusesOf(ask, times(7, 'sk-low'))).toStrictEqual([200, 200, 200, 200, 200, 429, 429]);
    const { status, headers } = await ask('sk-high');
    expect([status, headers.get('x-litellm-priority'), headers.get('x-litellm-rate-limiter-version')]).toStrictEqual([200, 'high', 'v3']);
    expect(headers.get('x-ratelimit-model_saturation_check-remaining-requests')).toBe('4');
    expect(headers.get('x-ratelimit-priority_model-limit-requests')).toBe('7');
    expect(await statusesOf(ask, ['sk-none', ...times(3, 'sk-of-team')])).toStrictEqual([200, 200, 200, 200]);
    const full = await ask('sk-high');
    expect([full.status, full.headers.get('retry-after')]).toStrictEqual([429, '60']);
    expect(full.text).toContain('Model capacity reached for m. Priority: high, Rate limit type: requests');
  });

  test.each([
    { said: 0.2, calls: 2 },
    { said: undefined, calls: 2 },
    { said: 0.4, calls: 4 },
  ])('whoever has no priority, or one that nobody keeps anything for, shares one part: $said', async ({ said, calls }) => {
    const parts = said === undefined ? null : { default_priority: said };
    const ask = await gatewayOf(lane, { rpm: 10 }, { priority_reservation: { high: 0.75 }, priority_reservation_settings: parts });
    expect(await statusesOf(ask, times(5, 'sk-high'))).toStrictEqual([200, 200, 200, 200, 200]);
    const asked = Array.from({ length: calls + 1 }, (_, at) => (at % 2 === 0 ? 'sk-none' : 'sk-low'));
    expect(await statusesOf(ask, asked)).toStrictEqual([...Array.from({ length: calls }, () => 200), 429]);
  });

  test('a part is refused in LiteLLM’s words, and takes nothing of the group', async () => {
    const ask = await gatewayOf(lane, { rpm: 10 });
    await statusesOf(ask, times(5, 'sk-low'));
    const refused = await ask('sk-low');
    const message =
      'Priority-based rate limit exceeded. Model: m, Priority: low, Rate limit type: requests, Model TPM: not configured, ' +
      'Model RPM: 10, Remaining: 0, Model saturation: 50.0%';
    expect(JSON.parse(refused.text)).toMatchObject({ error: { type: 'throttling_error', code: '429', message } });
    expect(refused.headers.get('x-litellm-saturation')).toBe('50.00%');
    expect(await statusesOf(ask, times(6, 'sk-high'))).toStrictEqual([200, 200, 200, 200, 200, 429]);
  });

  test.each([{}, { stream: true, stream_options: { include_usage: true } }])('tokens of answers count: %j', async (more) => {
    const ask = await gatewayOf(lane, { tpm: 8 });
    const statuses: number[] = [];
    for (let count = 0; count < 12; count += 1) statuses.push((await ask('sk-high', more)).status);
    expect([statuses[0], statuses.at(-1)]).toStrictEqual([200, 429]);
  });

  test('as many at once as the group may, and a key’s own limits hold beside', async () => {
    const ask = await gatewayOf(lane, { rpm: 5 }, { priority_reservation: null });
    for (let count = 0; count < 12; count += 1) upstream.enqueue({ delayMs: 200 });
    const all = await Promise.all(times(12, 'sk-low').map((key) => ask(key)));
    upstream.clearScripts();
    expect(all.filter(({ status }) => status === 200).length).toBe(5);
    expect(await statusesOf(await gatewayOf(lane, { rpm: 5 }), ['sk-one', 'sk-one'])).toStrictEqual([200, 429]);
  });

  test('without the callback nothing is shared', async () => {
    const ask = await gatewayOf(lane, { rpm: 1 }, { callbacks: [] });
    const [first, second] = [await ask('sk-low'), await ask('sk-low')];
    expect([first.status, second.status, second.headers.get('x-litellm-priority')]).toStrictEqual([200, 200, null]);
  });

  describe('dynamic_rate_limiter', () => {
    const BY_ACTIVITY = { callbacks: ['dynamic_rate_limiter'] };

    test('what is left of the group is shared by the keys that have called it this minute', async () => {
      const ask = await gatewayOf(lane, { rpm: 4 }, { ...BY_ACTIVITY, priority_reservation: null });
      await inMinute(async () => {
        const first = await ask('sk-high');
        expect([first.status, first.headers.get('x-ratelimit-current-active-projects')]).toStrictEqual([200, '1']);
        expect(first.headers.get('x-ratelimit-remaining-model-requests')).toBe('3');
        expect(first.headers.get('x-ratelimit-remaining-litellm-project-requests')).toBe('3');
        expect(await statusesOf(ask, ['sk-high', 'sk-one'])).toStrictEqual([200, 200]);
        // One is left, and two keys call: neither has a whole one.
        const refused = await ask('sk-high');
        expect(refused.status).toBe(429);
        expect(refused.text).toContain('over available RPM=0. Model RPM=1, Active keys=2');
      });
    });

    test('of what is left a priority has its part, and tokens count', async () => {
      await inMinute(async () => {
        const ask = await gatewayOf(lane, { rpm: 3 }, BY_ACTIVITY);
        expect(await statusesOf(ask, ['sk-low', 'sk-none'])).toStrictEqual([429, 200]);
        const askTokens = await gatewayOf(lane, { tpm: 8 }, { ...BY_ACTIVITY, priority_reservation: null });
        const statuses = await statusesOf(askTokens, times(4, 'sk-high'));
        expect([statuses[0], statuses.at(-1)]).toStrictEqual([200, 429]);
      });
    });

    test('many at once are no more than the group may', async () => {
      const ask = await gatewayOf(lane, { rpm: 5 }, { ...BY_ACTIVITY, priority_reservation: null });
      await inMinute(async () => {
        for (let count = 0; count < 12; count += 1) upstream.enqueue({ delayMs: 200 });
        const all = await Promise.all(times(12, 'sk-low').map((key) => ask(key)));
        upstream.clearScripts();
        expect(all.filter(({ status }) => status === 200).length).toBe(5);
      });
    });
  });
});
