import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock, type GatewayConfig, type Redis } from '../ports/index.ts';
import { LIVENESS, useRedis } from '../../test/use-redis.ts';
import { NO_ROUTING } from '../routing/no-routing.ts';
import { deployment } from '../../test/make-config.ts';
import { createSharedCounters, type SharedCounters } from './shared-counters.ts';

/** Counters of several instances over a real redis-server: what one has seen the others know. */

const ROWS = [deployment({ id: 'a' }), deployment({ id: 'b' }), deployment({ id: 'sole', modelGroup: 'group-of-one' })];

/** Everything that is shared, because somebody asks for it. */
const CONFIG: Pick<GatewayConfig, 'deployments' | 'router'> = {
  deployments: ROWS,
  router: { ...NO_ROUTING, strategy: 'least-busy', checks: new Set(['session_affinity']) },
};

const nowMs = (): number => systemClock.monotonicMs();
const cools = (counters: SharedCounters, id: string): boolean => (counters.read(id, nowMs())?.coolUntilMs ?? 0) > nowMs();
const minute = (): string => new Date().toISOString().slice(11, 16).replace(':', '-');

describe('shared counters', () => {
  const server = useRedis(200);

  interface Instance {
    readonly counters: SharedCounters;
    readonly redis: Redis;
  }

  async function start(instance: string, port?: number): Promise<Instance> {
    const redis = await server.connect(port);
    const counters = createSharedCounters({ redis, clock: systemClock, instance });
    counters.follow(CONFIG);
    onTestFinished(() => counters.close());
    return { counters, redis };
  }

  const startMany = (count: number): Promise<Instance[]> => Promise.all(Array.from({ length: count }, (_, index) => start(`i${index}`)));

  test('a cooldown holds for all, with the time it was meant for', async () => {
    const [one, two] = await startMany(2);
    one?.counters.coolDown('a', 30, nowMs());
    await vi.waitFor(() => expect(two && cools(two.counters, 'a')).toBe(true), LIVENESS);
    expect(two?.counters.read('a', nowMs())?.coolSeconds).toBe(30);
    expect(two && cools(two.counters, 'b')).toBe(false);
  });

  test.each([
    ['printed by Python', "{'exception_received': 'no', 'status_code': '429', 'timestamp': 1.5, 'cooldown_time': 30.0}"],
    ['as JSON', '{"exception_received": "no", "status_code": "429", "timestamp": 1.5, "cooldown_time": 30}'],
    ['of another make', 'true'],
  ])('a cooldown that LiteLLM has begun holds too: %s', async (_name, kept) => {
    const { counters } = await start('one');
    await server.direct.send(['SET', 'deployment:a:cooldown', kept, 'PX', '30000']);
    await vi.waitFor(() => expect(cools(counters, 'a')).toBe(true), LIVENESS);
    expect(Math.round(counters.read('a', nowMs())?.coolSeconds ?? 0)).toBe(30);
  });

  test('LiteLLM finds a cooldown where it looks, with what it reads, and for as long', async () => {
    const { counters } = await start('one');
    counters.coolDown('a', 30, nowMs());
    const kept = await vi.waitFor(async () => {
      const answer = await server.direct.send(['GET', 'deployment:a:cooldown']);
      return JSON.parse(String(answer.ok && answer.value)) as Record<string, number>;
    }, LIVENESS);
    expect(Object.keys(kept).toSorted()).toEqual(['cooldown_time', 'exception_received', 'status_code', 'timestamp']);
    expect(kept['cooldown_time']).toBe(30);
    expect(Math.abs((kept['timestamp'] ?? 0) - Date.now() / 1000)).toBeLessThan(30);
    const ttl = await server.direct.send(['TTL', 'deployment:a:cooldown']);
    expect(ttl.ok && ttl.value).toBeGreaterThan(0);
  });

  test.each([2, 4])('of %i instances one has the probe, and what comes of it holds for all', async (count) => {
    const all = await startMany(count);
    all[0]?.counters.coolDown('a', 1.5, nowMs());
    await vi.waitFor(() => expect(all.every(({ counters }) => counters.anyCooling())).toBe(true), LIVENESS);
    const began = new Set<number>();
    const tryAll = (): void => {
      for (const [index, { counters }] of all.entries()) if (counters.beginProbe('a', nowMs())) began.add(index);
    };
    tryAll();
    expect(began.size, 'during the cooldown').toBe(0);
    await vi.waitFor(() => {
      tryAll();
      expect(began.size).toBeGreaterThan(0);
    }, LIVENESS);
    // Time enough for every other instance to ask again, and to be told that it is taken.
    for (let round = 0; round < 20; round += 1) {
      await sleep(20);
      tryAll();
    }
    expect(began.size).toBe(1);
    all[[...began][0] ?? 0]?.counters.recover('a');
    await vi.waitFor(() => expect(all.some(({ counters }) => counters.anyCooling())).toBe(false), LIVENESS);
  });

  test('a probe that was granted and not used goes to another', async () => {
    const [one, two] = await startMany(2);
    one?.counters.coolDown('a', 0.5, nowMs());
    await vi.waitFor(() => expect(two?.counters.anyCooling()).toBe(true), LIVENESS);
    // Asks, and never begins.
    await vi.waitFor(async () => {
      one?.counters.read('a', nowMs());
      expect(await server.direct.send(['EXISTS', 'stagegate:a:probe'])).toMatchObject({ value: 1 });
    }, LIVENESS);
    await vi.waitFor(() => expect(two?.counters.beginProbe('a', nowMs())).toBe(true), LIVENESS);
  });

  test('whoever stands alone in its group waits for nobody', async () => {
    const [one, two] = await startMany(2);
    one?.counters.coolDown('sole', 1, nowMs());
    await vi.waitFor(() => expect(two?.counters.anyCooling()).toBe(true), LIVENESS);
    await vi.waitFor(() => expect(cools(two?.counters ?? expect.fail(), 'sole')).toBe(false), LIVENESS);
    expect(two?.counters.beginProbe('sole', nowMs())).toBe(true);
  });

  test('what is counted of the minute comes together, under the keys of LiteLLM', async () => {
    const [one, two, three] = await startMany(3);
    for (const { counters } of [one, two].flatMap((instance) => instance ?? [])) {
      for (let count = 0; count < 5; count += 1) {
        counters.began('a', nowMs());
        counters.addUsage('a', 100, nowMs());
        counters.failed('a', nowMs());
      }
    }
    const before = minute();
    for (const instance of [one, two]) {
      await vi.waitFor(() => {
        expect(instance?.counters.read('a', nowMs())).toMatchObject({ requests: 10, tokens: 1000, failures: 10 });
      }, LIVENESS);
    }
    const kept = await server.direct.send(['MGET', `a:openai/gpt-4o:rpm:${before}`, `a:openai/gpt-4o:tpm:${before}`]);
    // Unless the minute has turned between two of them.
    if (before === minute()) expect(kept).toEqual({ ok: true, value: ['10', '1000'] });
    expect(three?.counters.read('a', nowMs())).toBeUndefined();
    three?.counters.began('a', nowMs());
    await vi.waitFor(() => expect(three?.counters.read('a', nowMs())?.requests).toBeGreaterThan(1), LIVENESS);
  });

  test('a key that holds something else takes nothing from the others', async () => {
    const [one, two] = await startMany(2);
    await server.direct.send(['LPUSH', `a:openai/gpt-4o:rpm:${minute()}`, 'no number']);
    for (const { counters } of [one, two].flatMap((instance) => instance ?? [])) {
      counters.began('a', nowMs());
      counters.began('b', nowMs());
    }
    await vi.waitFor(() => expect(two?.counters.read('b', nowMs())?.requests).toBe(2), LIVENESS);
    expect(two?.counters.read('a', nowMs())?.requests).toBe(1);
  });

  test('a flushed Redis ends no cooldown, and counts go on', async () => {
    const [one, two] = await startMany(2);
    one?.counters.coolDown('a', 30, nowMs());
    one?.counters.began('b', nowMs());
    two?.counters.began('b', nowMs());
    await vi.waitFor(() => {
      expect(two?.counters.read('b', nowMs())?.requests).toBe(2);
      expect(two && cools(two.counters, 'a')).toBe(true);
    }, LIVENESS);
    await server.direct.send(['FLUSHALL']);
    one?.counters.began('b', nowMs());
    await vi.waitFor(() => expect(two?.counters.read('b', nowMs())?.requests).toBe(3), LIVENESS);
    for (const instance of [one, two]) expect(instance && cools(instance.counters, 'a')).toBe(true);
  });

  test('failures that are allowed are counted over all instances, and with LiteLLM', async () => {
    const [one, two] = await startMany(2);
    const rule = { allowed: 3, keepSeconds: 60, seconds: 30 };
    await server.direct.send(['SET', 'deployment:a:allowed_fails:RateLimitError', '1', 'EX', '60']);
    expect(one?.counters.countFail('a', 'RateLimitError', rule, nowMs())).toBe(false);
    expect(one?.counters.countFail('a', '', rule, nowMs())).toBe(false);
    expect(two?.counters.countFail('a', 'RateLimitError', rule, nowMs())).toBe(false);
    await vi.waitFor(async () => {
      const kept = await server.direct.send(['MGET', 'deployment:a:allowed_fails:RateLimitError', 'deployment:a:allowed_fails']);
      expect(kept).toEqual({ ok: true, value: ['3', '1'] });
    }, LIVENESS);
    expect(one && cools(one.counters, 'a')).toBe(false);
    two?.counters.countFail('a', 'RateLimitError', rule, nowMs());
    for (const instance of [one, two]) {
      await vi.waitFor(() => expect(instance && cools(instance.counters, 'a')).toBe(true), LIVENESS);
      expect(instance?.counters.read('a', nowMs())?.coolSeconds).toBe(30);
    }
  });

  test('calls under way in other instances are known, until they end or their instance is not heard of any more', async () => {
    const [one, two] = await startMany(2);
    const elsewhere = (): number | undefined => two?.counters.read('a', nowMs())?.inFlightElsewhere;
    // Whoever never had to do with a deployment is told nothing of it.
    two?.counters.began('a', nowMs());
    for (let count = 0; count < 3; count += 1) one?.counters.began('a', nowMs());
    await vi.waitFor(() => expect(elsewhere()).toBe(3), LIVENESS);
    expect(two?.counters.read('a', nowMs())?.inFlight).toBe(1);
    one?.counters.ended('a', nowMs());
    await vi.waitFor(() => expect(elsewhere()).toBe(2), LIVENESS);
    // It is told again and again: it would be forgotten else.
    await sleep(3500);
    expect(elsewhere()).toBe(2);
    one?.counters.close();
    await vi.waitFor(() => expect(elsewhere()).toBe(0), LIVENESS);
  }, 30_000);

  test('calls under way elsewhere count for nothing while Redis is away', async () => {
    const cut = await start('cut', server.proxy.port);
    const other = await start('other');
    for (const { counters } of [cut, other]) counters.began('a', nowMs());
    await vi.waitFor(() => expect(cut.counters.read('a', nowMs())?.inFlightElsewhere).toBe(1), LIVENESS);
    server.proxy.set('hang');
    await vi.waitFor(() => expect(cut.counters.read('a', nowMs())?.inFlightElsewhere).toBe(0), LIVENESS);
    server.proxy.set('none');
    await vi.waitFor(() => expect(cut.counters.read('a', nowMs())?.inFlightElsewhere).toBe(1), LIVENESS);
  });

  test('calls stay with the same deployment in every instance, also in one that starts later; all end with what was told last', async () => {
    const [one, two] = await startMany(2);
    one?.counters.keepAffinity('session', 'a', 60, nowMs());
    await vi.waitFor(() => expect(two?.counters.affinityOf('session', nowMs())).toBe('a'), LIVENESS);
    two?.counters.keepAffinity('session', 'b', 60, nowMs());
    await vi.waitFor(() => expect(one?.counters.affinityOf('session', nowMs())).toBe('b'), LIVENESS);
    const late = await start('late');
    await vi.waitFor(() => expect(late.counters.affinityOf('session', nowMs())).toBe('b'), LIVENESS);
    expect(late.counters.affinityOf('session', nowMs() + 60_000)).toBeUndefined();
  });

  test('a call that stays where it was tells nothing until half of the time is over', async () => {
    const { counters } = await start('one');
    const told = async (): Promise<unknown> => {
      const answer = await server.direct.send(['XLEN', 'stagegate:affinities']);
      return answer.ok && answer.value;
    };
    counters.keepAffinity('session', 'a', 60, nowMs());
    counters.keepAffinity('other', 'b', 60, nowMs());
    await vi.waitFor(async () => expect(await told()).toBe(2), LIVENESS);
    counters.keepAffinity('session', 'a', 60, nowMs() + 1000);
    counters.keepAffinity('other', 'b', 60, nowMs() + 31_000);
    counters.keepAffinity('last', 'b', 60, nowMs());
    await vi.waitFor(async () => expect(await told()).toBe(4), LIVENESS);
  });

  test('while Redis is silent each goes on by itself; what was said meanwhile is told afterwards', async () => {
    const cut = await start('cut', server.proxy.port);
    const other = await start('other');
    server.proxy.set('hang');
    cut.counters.coolDown('a', 60, nowMs());
    cut.counters.coolDown('b', 0.2, nowMs());
    expect(cools(cut.counters, 'a')).toBe(true);
    await vi.waitFor(() => expect(cut.redis.state()).toBe('down'), LIVENESS);
    // Half open: nobody is to be asked for the probe.
    await vi.waitFor(() => expect(cut.counters.beginProbe('b', nowMs())).toBe(true), LIVENESS);
    expect(cools(other.counters, 'a')).toBe(false);
    server.proxy.set('none');
    await vi.waitFor(() => expect(cools(other.counters, 'a')).toBe(true), LIVENESS);
  });
});
