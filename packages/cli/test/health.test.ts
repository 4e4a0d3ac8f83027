import type { JsonObject } from '@stagegate/core-transforms';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { end, makeFolder, serve, type Served } from './spawn-serve.ts';
import { GATEWAYS, MASTER_KEY, startGateway, type GatewayName } from './support/gateway.ts';
import { useRedis } from './support/use-redis.ts';

/** Whether models answer: asked for, in the background, for all instances at once, and what the router makes of it. */

const LIVENESS = { timeout: 30_000, interval: 20 };

let upstream: FakeUpstream;
let other: FakeUpstream;
beforeAll(async () => {
  upstream = await startFakeUpstream();
  other = await startFakeUpstream();
});
beforeEach(() => {
  upstream.clearScripts();
  other.clearScripts();
});
afterAll(async () => {
  await upstream.close();
  await other.close();
});

function row(id: string, more: JsonObject = {}, info: JsonObject = {}, group = 'group'): JsonObject {
  const params = { model: 'openai/gpt-4o', api_base: `${upstream.url}/v1`, api_key: 'key-of-provider', ...more };
  return { model_name: group, litellm_params: params, model_info: { id, ...info } };
}

function configOf(rows: readonly JsonObject[], general: JsonObject = {}, more: JsonObject = {}): JsonObject {
  return { model_list: rows, general_settings: { master_key: MASTER_KEY, ...general }, ...more };
}

interface Shown {
  readonly status: number;
  readonly text: string;
  readonly body: {
    readonly healthy_endpoints: readonly JsonObject[];
    readonly unhealthy_endpoints: readonly JsonObject[];
    readonly healthy_count: number;
    readonly unhealthy_count: number;
  };
}

async function look(url: string, query = '', key = MASTER_KEY): Promise<Shown> {
  const answer = await fetch(`${url}/health${query}`, { headers: { authorization: `Bearer ${key}` } });
  const text = await answer.text();
  return { status: answer.status, text, body: JSON.parse(text) as Shown['body'] };
}

/** How instances share what they find; undefined: they do not. */
async function shared(url: string): Promise<JsonObject | undefined> {
  const answer = await fetch(`${url}/health/shared-status`, { headers: { authorization: `Bearer ${MASTER_KEY}` } });
  const { shared_health_check_enabled: enabled, status } = (await answer.json()) as JsonObject;
  return enabled === true ? (status as JsonObject) : undefined;
}

async function gatewayOf(lane: GatewayName, config: JsonObject): Promise<string> {
  const gateway = await startGateway(lane, config);
  onTestFinished(() => gateway.close());
  return gateway.url;
}

describe.each(GATEWAYS)('%s', (lane) => {
  test('every deployment is asked, once, and shown without its secrets', async () => {
    const withSecrets = { api_base: `${other.url.replace('http://', 'http://user:word-of-host@')}/v1?sig=signature` };
    const url = await gatewayOf(
      lane,
      configOf([row('well', { rpm: 7 }), row('ill', withSecrets, {}, 'ill'), row('many', { model: 'openai/*' }, {}, 'many/*')]),
    );
    other.enqueue({ status: 401, body: { error: { message: 'wrong key' } } });
    const before = [upstream.requests.length, other.requests.length] as const;
    const { status, body, text } = await look(url);
    expect(status).toBe(200);
    expect(await shared(url)).toBeUndefined();
    expect(body).toMatchObject({ healthy_count: 1, unhealthy_count: 2 });
    expect(body.healthy_endpoints).toEqual([{ model: 'openai/gpt-4o', api_base: `${upstream.url}/v1`, rpm: 7, model_id: 'well' }]);
    expect(body.unhealthy_endpoints).toMatchObject([
      {
        model: 'openai/gpt-4o',
        api_base: `${other.url}/v1`,
        model_id: 'ill',
        exception_status: 401,
        error: expect.stringContaining('wrong key'),
      },
      { model: 'openai/*', model_id: 'many', error: expect.stringContaining('health_check_model') },
    ]);
    expect(text).not.toMatch(/key-of-provider|word-of-host|signature/u);
    expect([upstream.requests.length - before[0], other.requests.length - before[1]]).toEqual([1, 1]);
    expect(upstream.requests.at(-1)?.json).toMatchObject({ model: 'gpt-4o', max_tokens: 16 });
  });

  test('one group, one deployment: 503 where none is well, 404 for an id that nobody has', async () => {
    const url = await gatewayOf(
      lane,
      configOf([row('one'), row('two', {}, {}, 'others'), row('slow', {}, { health_check_timeout: 0.2 }, 'slow')]),
    );
    const before = upstream.requests.length;
    expect((await look(url, '?model=others')).body).toMatchObject({ healthy_count: 1, healthy_endpoints: [{ model_id: 'two' }] });
    expect((await look(url, '?model_id=one')).body).toMatchObject({ healthy_count: 1, healthy_endpoints: [{ model_id: 'one' }] });
    expect(upstream.requests.length - before).toBe(2);
    upstream.enqueue({ status: 500, body: { error: { message: 'no' } } });
    expect(await look(url, '?model=others')).toMatchObject({ status: 503, body: { unhealthy_endpoints: [{ exception_status: 500 }] } });
    upstream.enqueue({ end: 'hang', cutAfterBytes: 0 });
    expect(await look(url, '?model=slow')).toMatchObject({ status: 503, body: { unhealthy_endpoints: [{ error: 'Timeout exceeded' }] } });
    expect(await look(url, '?model=nobody')).toMatchObject({ status: 503, body: { healthy_count: 0, unhealthy_count: 0 } });
    expect((await look(url, '?model_id=nobody')).text).toBe('{"detail":{"error":"Model with ID nobody not found"}}');
    expect((await look(url, '', 'sk-of-nobody')).status).toBe(401);
  });

  test('in the background: /health asks nobody, details stay away, and the router leaves out who is ill', async () => {
    const ill = row('ill', { api_base: `${other.url}/v1`, weight: 99 });
    for (let count = 0; count < 1000; count += 1) other.enqueue({ status: 500, body: { error: { message: 'no' } } });
    const general = {
      background_health_checks: true,
      health_check_interval: 300,
      health_check_details: false,
      enable_health_check_routing: true,
    };
    const url = await gatewayOf(
      lane,
      configOf([row('well', { weight: 1 }), ill, row('left-out', {}, { disable_background_health_check: true }, 'left-out')], general, {
        router_settings: { disable_cooldowns: true, num_retries: 0 },
      }),
    );
    await vi.waitFor(async () => expect((await look(url)).body.unhealthy_count).toBe(1), LIVENESS);
    const before = [upstream.requests.length, other.requests.length] as const;
    expect((await look(url)).body).toEqual({
      healthy_endpoints: [{ model: 'openai/gpt-4o', model_id: 'well' }],
      unhealthy_endpoints: [{ model: 'openai/gpt-4o', model_id: 'ill', exception_status: 500 }],
      healthy_count: 1,
      unhealthy_count: 1,
    });
    expect([upstream.requests.length, other.requests.length]).toEqual(before);
    for (let count = 0; count < 20; count += 1) {
      const answer = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'group', messages: [{ role: 'user', content: 'good day' }] }),
      });
      expect([answer.status, answer.headers.get('x-litellm-model-id')]).toEqual([200, 'well']);
      await answer.text();
    }
    expect(other.requests.length).toBe(before[1]);
  });
});

describe('a Redis', () => {
  const used = useRedis();
  test('two processes over it: one asks, both know', async () => {
    const config = configOf([row('well'), row('ill', { api_base: `${other.url}/v1` })], {
      background_health_checks: true,
      health_check_interval: 300,
      coordination_redis: { host: '127.0.0.1', port: used.server.port },
    });
    for (let count = 0; count < 1000; count += 1) other.enqueue({ status: 500, body: { error: { message: 'no' } } });
    const folder = makeFolder({ 'config.yaml': JSON.stringify(config) });
    const before = other.requests.length;
    const start = async (data: string): Promise<Served> => {
      const served = await serve(['--shell', 'hono', '--data', data], folder);
      onTestFinished(() => end(served));
      return served;
    };
    const first = await start('one');
    await vi.waitFor(async () => expect((await look(first.url)).body.unhealthy_count).toBe(1), LIVENESS);
    const second = await start('two');
    await vi.waitFor(async () => expect((await look(second.url)).body).toMatchObject({ healthy_count: 1, unhealthy_count: 1 }), LIVENESS);
    expect(other.requests.length - before).toBe(1);
    const [of, ofOther] = await Promise.all([first, second].map(({ url }) => shared(url)));
    expect(of).toMatchObject({ lock_owner: null, lock_in_progress: false, cache_available: true, cache_age_seconds: expect.any(Number) });
    expect([of?.['last_checked_by'], ofOther?.['last_checked_by'] === ofOther?.['pod_id']]).toStrictEqual([of?.['pod_id'], false]);
  }, 120_000);
});
