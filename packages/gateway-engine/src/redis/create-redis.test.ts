import { setTimeout as sleep } from 'node:timers/promises';
import { startFaultProxy, startRedis, type FaultProxy, type TestRedis } from '@stagegate/testbed';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Redis } from '../ports/index.ts';
import { createRedis, type RedisOptions } from './create-redis.ts';

/** The door over a real redis-server: as it is, gone, silent, emptied, and refusing. */

/** Said by scripts/lib/services.mjs, which also says when there is none. */
const SERVER = process.env['STAGEGATE_REDIS_SERVER'];
const AT_ONCE = { host: '127.0.0.1', tls: false, database: 0, timeoutMs: 50, probeMs: 50 };
const LIVENESS = { timeout: 20_000, interval: 10 };

describe('the door to Redis', () => {
  let server: TestRedis | undefined;
  let proxy: FaultProxy;
  let states: string[];
  beforeAll(async () => {
    if (SERVER !== undefined) server = await startRedis(SERVER);
  });
  beforeEach(async ({ skip }) => {
    if (server === undefined) return skip('redis-server is not on this machine');
    proxy = await startFaultProxy({ host: '127.0.0.1', port: server.port });
    states = [];
  });
  afterEach(() => proxy?.close());
  afterAll(() => server?.stop());

  async function open(more: Partial<RedisOptions> = {}): Promise<Redis> {
    const redis = createRedis({
      ...AT_ONCE,
      port: proxy.port,
      onState: (state) => states.push(state),
      ...more,
    });
    onTestFinished(() => redis.close());
    await until(redis, 'ready');
    // On a busy machine the first probes may come too late.
    states = [];
    return redis;
  }

  const until = (redis: Redis, state: string): Promise<void> => vi.waitFor(() => expect(redis.state()).toBe(state), LIVENESS);

  /** Questions until the breaker is open. out: how many were asked of the server. */
  async function askUntilOpen(redis: Redis): Promise<number> {
    let asked = 0;
    while (redis.state() === 'ready') {
      await redis.send(['GET', 'a']);
      asked += 1;
      expect(asked).toBeLessThan(50);
    }
    return asked;
  }

  test('commands and scripts are answered, keys stand behind the namespace', async () => {
    const redis = await open({ namespace: 'of-tests' });
    const key = redis.key('greeting');
    expect(key).toBe('of-tests:greeting');
    expect(await redis.send(['SET', key, 'good day'])).toEqual({ ok: true, value: 'OK' });
    const script = 'return {redis.call("GET", KEYS[1]), ARGV[1]}';
    expect(await redis.run(script, [key], ['again'])).toEqual({ ok: true, value: ['good day', 'again'] });
    await redis.send(['SCRIPT', 'FLUSH']);
    expect(await redis.run(script, [key], ['after a flush'])).toEqual({ ok: true, value: ['good day', 'after a flush'] });
    expect(await redis.send(['GET', 'nobody'])).toEqual({ ok: true, value: null });
  });

  test('a refusal of the question is a value, and opens nothing', async () => {
    const redis = await open();
    await redis.send(['SET', 'text', 'no number']);
    for (let count = 0; count < 10; count += 1) {
      expect(await redis.send(['LPUSH', 'text', '1'])).toMatchObject({ ok: false, error: { kind: 'refused' } });
    }
    expect(states).toEqual([]);
  });

  test('a server that refuses everything opens the breaker', async () => {
    const redis = await open();
    const other = await open();
    await redis.send(['CONFIG', 'SET', 'maxmemory', '1']);
    onTestFinished(async () => void (await other.send(['CONFIG', 'SET', 'maxmemory', '0'])));
    for (let count = 0; count < 5; count += 1) {
      const answer = await redis.send(['SET', 'more', 'than fits']);
      expect(answer).toMatchObject({ ok: false, error: { kind: 'refused', message: expect.stringMatching(/^OOM/u) } });
    }
    expect(redis.state()).toBe('down');
  });

  test('a server that answers the probe and then nobody is asked less and less often', async () => {
    const downMs: number[] = [];
    const redis = await open({ onState: (state) => (state === 'down' ? downMs.push(performance.now()) : undefined) });
    const other = await open();
    await redis.send(['CONFIG', 'SET', 'maxmemory', '1']);
    onTestFinished(async () => void (await other.send(['CONFIG', 'SET', 'maxmemory', '0'])));
    await vi.waitFor(async () => {
      await redis.send(['SET', 'more', 'than fits']);
      expect(downMs.length).toBe(4);
    }, LIVENESS);
    const gaps = downMs.slice(1).map((ms, index) => ms - (downMs[index] ?? 0));
    // Never sooner than the timer; a slow machine may be later.
    expect(gaps.map((gap, index) => gap >= AT_ONCE.probeMs * 2 ** (index + 1))).toEqual([true, true, true]);
  });

  test.each(['hang', 'mute'] as const)('one that is silent (%s) costs five questions their time limit, and no other', async (fault) => {
    const redis = await open();
    proxy.set(fault);
    expect(await askUntilOpen(redis)).toBe(5);
    const answers = await Promise.all(Array.from({ length: 1000 }, () => redis.send(['GET', 'a'])));
    expect(answers.every((answer) => !answer.ok && answer.error.kind === 'down')).toBe(true);
    proxy.set('none');
    await until(redis, 'ready');
    expect(await redis.send(['PING'])).toEqual({ ok: true, value: 'PONG' });
    expect(states).toEqual(['down', 'ready']);
  });

  test('while it is open nothing but its probe reaches the server', async () => {
    const redis = await open();
    proxy.set('mute');
    await askUntilOpen(redis);
    let seen = '';
    proxy.onClientData((piece) => (seen += piece.toString()));
    const deadlineMs = performance.now() + LIVENESS.timeout;
    while (!seen.includes('PING') && performance.now() < deadlineMs) {
      await redis.send(['GET', 'a']);
      await sleep(1);
    }
    expect(seen).toContain('PING');
    expect(seen).not.toContain('GET');
  });

  test('a server that is killed is left at once, and found again', async () => {
    const redis = await open();
    await server?.kill();
    await until(redis, 'down');
    expect(await redis.send(['PING'])).toMatchObject({ ok: false, error: { kind: 'down' } });
    await sleep(300);
    await server?.restart();
    await until(redis, 'ready');
    expect(states).toEqual(['down', 'ready']);
  });

  test('a flushed one goes on', async () => {
    const redis = await open();
    await redis.send(['SET', 'a', '1']);
    await redis.send(['FLUSHALL']);
    expect(await redis.send(['GET', 'a'])).toEqual({ ok: true, value: null });
    expect(states).toEqual([]);
  });

  test('a question that is under way when the door closes is answered; later ones are not asked', async () => {
    const redis = await open();
    const asked = redis.send(['PING']);
    await redis.close();
    expect(await asked).toEqual({ ok: true, value: 'PONG' });
    expect(await redis.send(['PING'])).toMatchObject({ ok: false });
    expect(states).toEqual([]);
  });

  test('one that was never there holds nobody up', async () => {
    proxy.set('refuse');
    const redis = createRedis({
      ...AT_ONCE,
      port: proxy.port,
      onState: (state) => states.push(state),
    });
    onTestFinished(() => redis.close());
    expect(redis.state()).toBe('connecting');
    expect(await redis.send(['PING'])).toMatchObject({ ok: false, error: { kind: 'down' } });
    await until(redis, 'down');
    proxy.set('none');
    await until(redis, 'ready');
    expect(states).toEqual(['down', 'ready']);
  });
});
