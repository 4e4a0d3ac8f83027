import type { JsonObject } from '@stagegate/core-transforms';
import type { Caller, RateLimit } from '@stagegate/gateway-engine/ports';
import { HTTP_LANES, type HttpLane } from '@stagegate/parity/lanes';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { caller, memoryKeys } from './support/callers.ts';
import { configFor, startGateway } from './support/gateway.ts';

/** Keys that go on after their budget, at a part of their limits: in every lane. */

const upstream = await startFakeUpstream();
afterAll(() => upstream.close());

const SPENT = { spend: 5, max: 5 };
const limit = (id: string, more: Partial<RateLimit>): RateLimit => ({
  scope: 'api_key',
  id,
  requests: undefined,
  tokens: undefined,
  parallel: undefined,
  ...more,
});
const withKey = (budget: typeof SPENT, own: readonly RateLimit[], goesOn = true): Caller => ({
  ...caller({ budget, rates: { own, byModel: [], others: [] } }),
  metadata: { throttle_on_budget_exceeded: goesOn },
});
const keys = memoryKeys({
  'sk-throttled': withKey(SPENT, [limit('throttled', { requests: 10 })]),
  'sk-to-one': withKey(SPENT, [limit('one', { requests: 2 })]),
  'sk-by-tokens': withKey(SPENT, [limit('tokens', { tokens: 1000 })]),
  'sk-whole': withKey({ spend: 4, max: 5 }, [limit('whole', { requests: 4 })]),
  'sk-falls-back': withKey(SPENT, [limit('falls-back', { requests: 10 })]),
  'sk-refused': withKey(SPENT, [limit('refused', { requests: 10 })], false),
  'sk-without-limits': withKey(SPENT, [limit('parallel', { parallel: 2 })]),
});

type Ask = (key: string) => Promise<Response>;

async function gatewayOf(lane: HttpLane, settings: JsonObject): Promise<Ask> {
  const gateway = await startGateway(lane, configFor(upstream.url, { litellm_settings: { num_retries: 0, ...settings } }), { keys });
  onTestFinished(() => gateway.close());
  return async (key) => {
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    await answer.arrayBuffer();
    return answer;
  };
}

async function statusesOf(ask: Ask, key: string, count: number): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let call = 0; call < count; call += 1) statuses.push((await ask(key)).status);
  return statuses;
}

describe.each(HTTP_LANES)('%s', (lane) => {
  test('a part of the limits is left, one call at least; who has money has all of them', async () => {
    const ask = await gatewayOf(lane, { budget_exceeded_throttle_percentage: 0.35 });
    expect(await statusesOf(ask, 'sk-throttled', 4)).toStrictEqual([200, 200, 200, 429]);
    expect(await statusesOf(ask, 'sk-to-one', 2)).toStrictEqual([200, 429]);
    expect((await ask('sk-by-tokens')).headers.get('x-ratelimit-api_key-limit-tokens')).toBe('350');
    expect(await statusesOf(ask, 'sk-whole', 5)).toStrictEqual([200, 200, 200, 200, 429]);
  });

  test('whose key says nothing of it, or has nothing that could be made less, is refused', async () => {
    const ask = await gatewayOf(lane, { budget_exceeded_throttle_percentage: 0.35 });
    expect([(await ask('sk-refused')).status, (await ask('sk-without-limits')).status]).toStrictEqual([422, 422]);
  });

  test('its calls fall back as everybody’s do', async () => {
    const fallbacks = { fallbacks: [{ chat: ['brisk'] }] };
    const ask = await gatewayOf(lane, { budget_exceeded_throttle_percentage: 0.35, ...fallbacks });
    upstream.enqueue({ status: 500, body: { error: { message: 'no' } } });
    const answer = await ask('sk-falls-back');
    expect([answer.status, answer.headers.get('x-litellm-model-group')]).toStrictEqual([200, 'brisk']);
  });

  test('without a part in the configuration everybody is', async () => {
    expect((await (await gatewayOf(lane, {}))('sk-throttled')).status).toBe(422);
  });
});
