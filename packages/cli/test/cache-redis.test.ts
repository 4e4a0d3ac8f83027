import { createServer, type AddressInfo } from 'node:net';
import type { JsonObject } from '@stagegate/core-transforms';
import { createRedisCache } from '@stagegate/gateway-engine/response-cache';
import { HTTP_LANES, type HttpLane } from '@stagegate/parity/lanes';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { callerWith, type Call } from './support/cache-calls.ts';
import { configFor, MASTER_KEY, startGateway } from './support/gateway.ts';
import { useRedis } from './support/use-redis.ts';

/** Answers that are kept in a real Redis, in every lane; what LiteLLM 1.106.2 keeps there is read as it was recorded. */

const CHAT = '/v1/chat/completions';
const chat = (more: JsonObject = {}): JsonObject => ({ model: 'chat', messages: [{ role: 'user', content: 'hi' }], ...more });
const ROUTES = [
  ['GET', '/cache/ping'],
  ['POST', '/cache/delete'],
  ['GET', '/cache/redis/info'],
  ['POST', '/cache/flushall'],
] as const;

describe('a Redis', () => {
  const used = useRedis();
  let upstream: FakeUpstream;
  beforeAll(async () => {
    upstream = await startFakeUpstream();
  });
  afterAll(() => upstream.close());

  interface Gateway {
    readonly call: Call;
    readonly manage: (method: string, path: string, body?: JsonObject) => Promise<readonly [number, JsonObject]>;
  }

  async function gatewayOf(lane: HttpLane, params: JsonObject = {}): Promise<Gateway> {
    const cacheParams = { type: 'redis', host: '127.0.0.1', port: used.server.port, ...params };
    const settings = { num_retries: 0, cache: true, cache_params: cacheParams };
    const namespace = typeof params['namespace'] === 'string' ? params['namespace'] : undefined;
    const cache = createRedisCache(used.redis, namespace);
    const gateway = await startGateway(lane, configFor(upstream.url, { litellm_settings: settings }), { cache });
    onTestFinished(() => gateway.close());
    return {
      call: callerWith(gateway.url),
      manage: async (method, path, body) => {
        const answer = await fetch(`${gateway.url}${path}`, {
          method,
          headers: { authorization: `Bearer ${MASTER_KEY}` },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        return [answer.status, (await answer.json()) as JsonObject];
      },
    };
  }

  const ask = async (...command: string[]): Promise<unknown> => {
    const answer = await used.redis.send(command);
    return answer.ok ? answer.value : answer.error;
  };

  describe.each(HTTP_LANES)('%s', (lane) => {
    test('what one instance keeps, another reads; it is there for as long as it was asked to be', async () => {
      const [one, other] = [await gatewayOf(lane), await gatewayOf(lane, { ttl: 300 })];
      const first = await one.call(CHAT, chat());
      const second = await other.call(CHAT, chat());
      expect(second).toMatchObject({ text: first.text, key: expect.stringMatching(/^[0-9a-f]{64}$/u) as string });
      expect(await ask('TTL', second.key ?? '')).toBeOneOf([58, 59, 60]);
      await other.call(CHAT, chat({ cache: { namespace: 'long' } }));
      const [long] = (await ask('KEYS', 'long:*')) as [string];
      expect(await ask('TTL', long)).toBeOneOf([298, 299, 300]);
      const stream = await one.call(CHAT, chat({ stream: true }));
      expect((await other.call(CHAT, chat({ stream: true }))).text).toBe(stream.text);
    });

    test('keys stand behind the namespace of the settings', async () => {
      const { call } = await gatewayOf(lane, { namespace: 'space' });
      await call(CHAT, chat());
      await call(CHAT, chat({ cache: { namespace: 'own' } }));
      const { key } = await call(CHAT, chat({ cache: { namespace: 'own' } }));
      expect(key).toMatch(/^own:/u);
      expect(await ask('EXISTS', `space:${key}`)).toBe(1);
      const all = (await ask('KEYS', '*')) as string[];
      expect(all.every((name) => name.startsWith('space:'))).toBe(true);
      expect(all).toHaveLength(2);
    });

    test('an answer that LiteLLM has kept is read, and shows nothing of its own notes', async () => {
      const { call } = await gatewayOf(lane);
      await call(CHAT, chat());
      const { key } = await call(CHAT, chat());
      const response = {
        id: 'chatcmpl-kept',
        created: 1,
        model: 'gpt-4o-2024',
        object: 'chat.completion',
        system_fingerprint: null,
        choices: [{ finish_reason: 'stop', index: 0, message: { content: 'kept', role: 'assistant', tool_calls: null } }],
        _hidden_params: { model_id: 'secret' },
      };
      await ask('SET', key ?? '', JSON.stringify({ timestamp: Date.now() / 1000, response: JSON.stringify(response) }));
      expect(JSON.parse((await call(CHAT, chat())).text)).toStrictEqual({
        id: 'chatcmpl-kept',
        created: 1,
        model: 'chat',
        object: 'chat.completion',
        choices: [{ finish_reason: 'stop', index: 0, message: { content: 'kept', role: 'assistant' } }],
      });
    });

    test('the cache that is configured can be asked, and none that somebody names', async () => {
      const { manage } = await gatewayOf(lane);
      const ask = (cache_settings: JsonObject): ReturnType<typeof manage> => manage('POST', '/cache/settings/test', { cache_settings });
      const { port } = used.server;
      for (const known of [{}, { type: 'redis' }, { type: 'redis', host: '127.0.0.1', port }]) {
        expect(await ask(known)).toMatchObject([200, { status: 'success' }]);
      }
      const asked: string[] = [];
      const elsewhere = createServer((socket) => void asked.push(String(socket.destroy().remotePort)));
      await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
      const { port: other } = elsewhere.address() as AddressInfo;
      for (const named of [{ type: 'redis', host: '127.0.0.1', port: other }, { url: `redis://127.0.0.1:${other}` }, { password: 'x' }]) {
        expect(await ask(named)).toMatchObject([200, { status: 'failed' }]);
      }
      expect(asked).toStrictEqual([]);
      await new Promise<void>((resolve) => elsewhere.close(() => resolve()));
    });

    test.each(['no JSON', '{"timestamp":1}', '[]', '{"timestamp":"x","response":"{}"}', '"text"', '{"timestamp":1,"response":"{}"}'])(
      '%s is no answer',
      async (value) => {
        const { call } = await gatewayOf(lane);
        await call(CHAT, chat());
        const { key } = await call(CHAT, chat());
        await ask('SET', key ?? '', value);
        expect(await call(CHAT, chat())).toMatchObject({ status: 200, key: null });
      },
    );

    test('the admin pings it, deletes keys, reads about it and empties it', async () => {
      const { call, manage } = await gatewayOf(lane);
      await call(CHAT, chat());
      const { key } = await call(CHAT, chat());
      const [pingStatus, ping] = await manage('GET', '/cache/ping');
      expect([pingStatus, ping]).toMatchObject([200, { status: 'healthy', cache_type: 'redis', ping_response: true }]);
      expect(await manage('POST', '/cache/delete', { keys: [key ?? ''] })).toStrictEqual([200, { status: 'success' }]);
      expect((await call(CHAT, chat())).key).toBeNull();
      expect((await manage('POST', '/cache/delete', {}))[0]).toBe(500);
      const [, info] = await manage('GET', '/cache/redis/info');
      expect(info).toMatchObject({ info: { redis_mode: 'standalone', tcp_port: used.server.port, db0: { keys: 1 } } });
      expect(await manage('POST', '/cache/flushall')).toStrictEqual([200, { status: 'success' }]);
      expect(await ask('DBSIZE')).toBe(0);
    });

    test('a Redis that is away keeps nothing and stops nothing', async () => {
      const { call, manage } = await gatewayOf(lane);
      await used.server.kill();
      for (let times = 0; times < 2; times += 1) expect(await call(CHAT, chat())).toMatchObject({ status: 200, key: null });
      const statuses = [];
      for (const [method, path] of ROUTES) statuses.push((await manage(method, path, method === 'POST' ? { keys: ['k'] } : undefined))[0]);
      expect(statuses).toStrictEqual([503, 500, 503, 503]);
      await used.server.restart();
      await vi.waitFor(() => expect(used.redis.state()).toBe('ready'), 60_000);
      await call(CHAT, chat());
      await vi.waitFor(async () => expect((await call(CHAT, chat())).key).not.toBeNull(), 60_000);
    });
  });
});

test.each(HTTP_LANES)('%s: a cache in memory, or none, is asked for none of this', async (lane) => {
  const gateway = await startGateway(lane, configFor('http://127.0.0.1:1'));
  onTestFinished(() => gateway.close());
  const statuses = [];
  for (const [method, path] of ROUTES) {
    const answer = await fetch(`${gateway.url}${path}`, { method, headers: { authorization: `Bearer ${MASTER_KEY}` } });
    statuses.push(answer.status);
  }
  expect(statuses).toStrictEqual([503, 500, 503, 503]);
});
