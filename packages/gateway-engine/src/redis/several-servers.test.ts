import { startRedisCluster, startRedisSentinel, tellRedis, type TestServers } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Redis } from '../ports/index.ts';
import { createRedisCache } from '../response-cache/index.ts';
import { createRedis, type RedisOptions } from './create-redis.ts';

/** The door over several servers that are one Redis: a cluster of three, and a master whose sentinel names another when it is gone. */

/** Said by scripts/lib/services.mjs, which also says when there is none. */
const SERVER = process.env['STAGEGATE_REDIS_SERVER'];
const AT = { host: '127.0.0.1', tls: false, database: 0, timeoutMs: 200, probeMs: 50 };
const LIVENESS = { timeout: 30_000, interval: 20 };

async function open(options: Partial<RedisOptions>): Promise<Redis> {
  const redis = createRedis({ ...AT, port: 1, ...options });
  onTestFinished(() => redis.close());
  await vi.waitFor(() => expect(redis.state()).toBe('ready'), LIVENESS);
  return redis;
}

describe('a cluster', () => {
  let cluster: TestServers | undefined;
  beforeAll(async () => {
    if (SERVER !== undefined) cluster = await startRedisCluster(SERVER, 3);
  });
  beforeEach(({ skip }) => {
    if (cluster === undefined) skip('redis-server is not on this machine');
  });
  afterAll(() => cluster?.stop());
  const nodes = () => (cluster?.servers ?? []).map(({ port }) => ({ host: '127.0.0.1', port }));

  test('keys are kept by different servers, and found whichever is asked first', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `key-${index}`);
    for (const first of nodes()) {
      const redis = await open({ cluster: [first] });
      for (const name of names) expect(await redis.send(['SET', name, name])).toEqual({ ok: true, value: 'OK' });
      for (const name of names) expect(await redis.send(['GET', name])).toEqual({ ok: true, value: name });
    }
    const sizes = await Promise.all(nodes().map(({ port }) => tellRedis(port, 'DBSIZE')));
    expect(sizes.every((said) => Number(/^:(\d+)/u.exec(said)?.[1]) > 0)).toBe(true);
  });

  test('a script sees all keys of one namespace in braces', async () => {
    const redis = await open({ cluster: nodes(), namespace: '{stagegate}' });
    const keys = ['a', 'b', '{c}:d'].map((name) => redis.key(name));
    const script = 'for _, key in ipairs(KEYS) do redis.call("INCRBY", key, ARGV[1]) end return redis.call("MGET", unpack(KEYS))';
    expect(await redis.run(script, keys, ['2'])).toEqual({ ok: true, value: ['2', '2', '2'] });
    expect(await redis.run(script, keys, ['3'])).toEqual({ ok: true, value: ['5', '5', '5'] });
    // What no script may do in a cluster says nothing of the cluster.
    for (let count = 0; count < 6; count += 1) expect(await redis.run(script, ['x', 'y', 'z'], ['1'])).toMatchObject({ ok: false });
    expect(redis.state()).toBe('ready');
  });

  test('answers are kept, removed together, and flushed on every server', async () => {
    const redis = await open({ cluster: nodes() });
    const cache = createRedisCache(redis, undefined);
    const keys = Array.from({ length: 12 }, (_, index) => `answer-${index}`);
    for (const key of keys) cache.write(key, { text: '{}', storedMs: 1_000 }, 60);
    for (const key of keys) await vi.waitFor(async () => expect(await cache.read(key)).toMatchObject({ text: '{}' }), LIVENESS);
    expect(await cache.server?.ping()).toEqual({ ok: true, value: undefined });
    expect(await cache.server?.remove(keys.slice(0, 6))).toEqual({ ok: true, value: undefined });
    expect(await Promise.all(keys.map(async (key) => (await cache.read(key)) !== undefined))).toEqual(keys.map((_, index) => index >= 6));
    expect(await cache.server?.info()).toMatchObject({ ok: true, value: { info: expect.stringContaining('redis_version') } });
    expect(await cache.server?.clear()).toEqual({ ok: true, value: undefined });
    expect(await Promise.all(nodes().map(({ port }) => tellRedis(port, 'DBSIZE')))).toEqual(
      nodes().map(() => expect.stringContaining(':0')),
    );
  });

  test('one that is lost is down, and ready when it is back', async () => {
    const states: string[] = [];
    const redis = await open({ cluster: nodes(), namespace: '{b}', onState: (state) => states.push(state) });
    await redis.send(['SET', redis.key('a'), '1']);
    const [lost] = await Promise.all(
      (cluster?.servers ?? []).map(async (server) => ((await tellRedis(server.port, 'DBSIZE')).includes(':1') ? server : undefined)),
    ).then((found) => found.filter((server) => server !== undefined));
    await lost?.kill();
    await vi.waitFor(() => expect(states).toContain('down'), LIVENESS);
    await lost?.restart();
    await vi.waitFor(async () => expect(await redis.send(['SET', redis.key('a'), '2'])).toEqual({ ok: true, value: 'OK' }), LIVENESS);
  });
});

describe('sentinels', () => {
  let servers: TestServers | undefined;
  beforeAll(async () => {
    if (SERVER !== undefined) servers = await startRedisSentinel(SERVER, 'mine');
  });
  beforeEach(({ skip }) => {
    if (servers === undefined) skip('redis-server is not on this machine');
  });
  afterAll(() => servers?.stop());

  test('the master is asked; when it is gone, the one that has become it', async () => {
    const [master, replica, sentinel] = servers?.servers ?? [];
    const nodes = [1, sentinel?.port ?? 0].map((port) => ({ host: '127.0.0.1', port }));
    const redis = await open({ sentinels: { nodes, service: 'mine' } });
    expect(await redis.send(['SET', 'a', '1'])).toEqual({ ok: true, value: 'OK' });
    await vi.waitFor(async () => {
      expect(await tellRedis(replica?.port ?? 0, 'GET a')).toMatch(/^\$1\r\n1/u);
      expect(await tellRedis(sentinel?.port ?? 0, 'SENTINEL REPLICAS mine')).toContain(String(replica?.port));
    }, LIVENESS);
    await master?.kill();
    await vi.waitFor(async () => expect(await redis.send(['SET', 'a', '2'])).toEqual({ ok: true, value: 'OK' }), LIVENESS);
    expect(await tellRedis(replica?.port ?? 0, 'GET a')).toMatch(/^\$1\r\n2/u);
  });

  test('a service that nobody knows is down, and says so', async () => {
    const nodes = [{ host: '127.0.0.1', port: servers?.servers[2]?.port ?? 0 }];
    const why: string[] = [];
    const redis = createRedis({ ...AT, port: 1, sentinels: { nodes, service: 'theirs' }, onState: (_state, text) => why.push(text) });
    onTestFinished(() => redis.close());
    await vi.waitFor(() => expect(why).toEqual(['no sentinel knows "theirs"']), LIVENESS);
  });
});
