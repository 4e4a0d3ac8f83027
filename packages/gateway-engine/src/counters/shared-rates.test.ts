import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { systemIds, type RateHold, type RateLimit, type RateTaken, type Redis } from '../ports/index.ts';
import { LIVENESS, useRedis } from '../../test/use-redis.ts';
import { createSharedRates, type SharedRates } from './index.ts';

/** Limits of several instances over a real redis-server, and of a real LiteLLM beside them. */

const PYTHON = process.env['STAGEGATE_LITELLM_PYTHON'];

const LIMIT: RateLimit = { scope: 'api_key', id: 'key', requests: undefined, tokens: undefined, parallel: undefined };

describe('shared limits', () => {
  const server = useRedis();

  interface Instance {
    readonly rates: SharedRates;
    readonly redis: Redis;
  }

  async function start(port?: number, timeoutMs?: number): Promise<Instance> {
    const redis = await server.connect(port, timeoutMs);
    return { rates: createSharedRates({ redis, newId: () => systemIds.callId() }), redis };
  }
  const startMany = (count: number): Promise<Instance[]> => Promise.all(Array.from({ length: count }, () => start()));
  const read = async (key: string): Promise<unknown> => {
    const answer = await server.direct.send(['GET', key]);
    return answer.ok ? answer.value : answer.error;
  };
  const places = async (key: string): Promise<unknown> => {
    const answer = await server.direct.send(['ZCARD', key]);
    return answer.ok ? answer.value : answer.error;
  };
  async function askUntilAway(rates: SharedRates, redis: Redis, limit: RateLimit): Promise<void> {
    for (let asked = 0; redis.state() === 'ready'; asked += 1) {
      expect(asked, 'questions before the breaker opens').toBeLessThan(50);
      await rates.take([limit], 0, performance.now());
    }
  }
  const isHold = (taken: RateTaken): taken is RateHold => !('kind' in taken);

  test.each([2, 4])('%i instances let in exactly as many as each limit says, all at once', async (count) => {
    const all = await startMany(count);
    const cases = [
      [{ ...LIMIT, id: `requests-${count}`, requests: 100 }, 1, 100, 'requests'],
      [{ ...LIMIT, id: `tokens-${count}`, tokens: 1000 }, 7, 142, 'tokens'],
      [{ ...LIMIT, id: `places-${count}`, parallel: 9 }, 0, 9, 'max_parallel_requests'],
    ] as const;
    for (const [limit, tokens, admitted, kind] of cases) {
      const asked = all.flatMap(({ rates }) => Array.from({ length: 100 }, () => rates.take([limit], tokens, 0)));
      const taken = await Promise.all(asked);
      expect(taken.filter(isHold).length, kind).toBe(admitted);
      const refused = taken.filter((one) => 'kind' in one);
      expect(new Set(refused.map((one) => one.kind))).toStrictEqual(new Set([kind]));
    }
  });

  test('places are given back, also where a call ends twice, and tokens that were not used', async () => {
    const [one, two] = await startMany(2);
    const limit = { ...LIMIT, tokens: 100, parallel: 1 };
    const first = await one?.rates.take([limit], 60, 0);
    if (first === undefined || !isHold(first)) throw new Error('refused');
    expect(first.left).toStrictEqual([
      { limit, kind: 'max_parallel_requests', max: 1, remaining: 0 },
      { limit, kind: 'tokens', max: 100, remaining: 40 },
    ]);
    expect(await two?.rates.take([limit], 10, 0)).toStrictEqual({ limit, kind: 'max_parallel_requests', max: 1, remaining: 0 });
    first.told(25);
    first.end(false, 0);
    first.end(true, 0);
    await vi.waitFor(async () => expect(await read('{api_key:key}:tokens')).toBe('25'), LIVENESS);
    const second = await two?.rates.take([limit], 75, 0);
    expect(second !== undefined && isHold(second)).toBe(true);
    expect(await places('{api_key:key}:max_parallel_requests')).toBe(1);
  });

  test('what a limit refuses takes no place and no tokens, but counts as a request, as in one process', async () => {
    const { rates } = await start();
    const limit = { ...LIMIT, requests: 3, tokens: 10, parallel: 5 };
    const narrow = { ...LIMIT, scope: 'team', id: 'team', tokens: 4 };
    expect(await rates.take([limit, narrow], 5, 0)).toMatchObject({ kind: 'tokens', limit: narrow, remaining: 4 });
    expect([await read('{api_key:key}:requests'), await read('{api_key:key}:tokens')]).toStrictEqual(['1', null]);
    expect([await places('{api_key:key}:max_parallel_requests'), await read('{team:team}:window')]).toStrictEqual([0, null]);
  });

  test('tokens of a minute that is over are not given back to the next', async () => {
    const { rates } = await start();
    const limit = { ...LIMIT, tokens: 100, parallel: 1 };
    await server.direct.send(['SET', '{api_key:key}:window', String(Math.floor(Date.now() / 1000) - 20)]);
    const taken = await rates.take([limit], 60, 0);
    await server.direct.send(['SET', '{api_key:key}:window', '1000000000']);
    const next = await rates.take([{ ...limit, parallel: 2 }], 50, 0);
    if (!isHold(taken) || !isHold(next)) throw new Error('refused');
    taken.end(true, 0);
    await vi.waitFor(async () => expect(await places('{api_key:key}:max_parallel_requests')).toBe(1), LIVENESS);
    expect(await read('{api_key:key}:tokens')).toBe('50');
  });

  test.each(['hang', 'mute', 'refuse'] as const)(
    'F-34: while Redis is away (%s) an instance goes by what it has let in itself, at once',
    async (fault) => {
      const { rates, redis } = await start(server.proxy.port, 50);
      const limit = { ...LIMIT, id: `away-${fault}`, requests: 10 };
      for (let count = 0; count < 4; count += 1) await rates.take([limit], 0, performance.now());
      server.proxy.set(fault);
      if (fault === 'refuse') server.proxy.cut();
      // Questions without an answer open the breaker; another limit's, so that what is counted below is exact.
      const other = { ...LIMIT, id: `other-${fault}`, requests: 1000 };
      await askUntilAway(rates, redis, other);
      const taken = Array.from({ length: 8 }, () => rates.take([limit], 0, performance.now()));
      expect(
        taken.some((one) => one instanceof Promise),
        'nobody waits',
      ).toBe(false);
      const settled = await Promise.all(taken);
      expect(settled.filter(isHold).length).toBe(6);
      rates.follow({ failsClosed: true });
      expect(rates.take([limit], 0, performance.now())).toStrictEqual({ kind: 'unknown' });
      rates.follow({ failsClosed: false });
      server.proxy.set('none');
      await vi.waitFor(() => expect(redis.state()).toBe('ready'), LIVENESS);
      expect(isHold(await rates.take([{ ...limit, requests: 5 }], 0, performance.now())), 'Redis counts on').toBe(true);
    },
  );

  describe('what Redis takes after its time', () => {
    const limit = { ...LIMIT, id: 'late', tokens: 100, parallel: 1 };
    const state = async (): Promise<unknown> => [await places('{api_key:late}:max_parallel_requests'), await read('{api_key:late}:tokens')];
    /** One that Redis has answered already, so that it knows the scripts. */
    async function startKnown(timeoutMs: number): Promise<Instance> {
      const instance = await start(server.proxy.port, timeoutMs);
      const known = { ...LIMIT, id: 'known', requests: 1000 };
      await vi.waitFor(async () => {
        await instance.rates.take([known], 0, performance.now());
        expect(await read('{api_key:known}:requests')).not.toBeNull();
      }, LIVENESS);
      return instance;
    }

    test.each(['hang', 'mute'] as const)('a call that was let in meanwhile keeps it until its end (%s)', async (fault) => {
      const { rates } = await startKnown(50);
      server.proxy.set(fault);
      const taken = await rates.take([limit], 60, performance.now());
      if (!isHold(taken)) throw new Error('refused');
      server.proxy.set('none');
      await vi.waitFor(async () => expect(await state()).toStrictEqual([1, '60']), LIVENESS);
      taken.told(25);
      taken.end(false, performance.now());
      await vi.waitFor(async () => expect(await state()).toStrictEqual([0, '25']), LIVENESS);
    });

    test('a call that was refused meanwhile takes nothing', async () => {
      const { rates } = await startKnown(50);
      rates.follow({ failsClosed: true });
      server.proxy.set('hang');
      expect(await rates.take([limit], 60, performance.now())).toStrictEqual({ kind: 'unknown' });
      server.proxy.set('none');
      await vi.waitFor(async () => expect(await state()).toStrictEqual([0, '0']), LIVENESS);
    });

    test('a place whose call ended while Redis was away is free when Redis is back', async () => {
      const { rates, redis } = await startKnown(5000);
      const taken = await rates.take([limit], 0, performance.now());
      if (!isHold(taken)) throw new Error('refused');
      server.proxy.set('refuse');
      server.proxy.cut();
      await vi.waitFor(() => expect(redis.state()).toBe('down'), LIVENESS);
      taken.end(false, performance.now());
      expect(await places('{api_key:late}:max_parallel_requests')).toBe(1);
      server.proxy.set('none');
      await vi.waitFor(() => expect(redis.state()).toBe('ready'), LIVENESS);
      expect(isHold(await rates.take([limit], 0, performance.now()))).toBe(true);
      expect(await places('{api_key:late}:max_parallel_requests')).toBe(1);
    });
  });

  test('a key that holds something else keeps nobody waiting', async () => {
    const { rates } = await start();
    await server.direct.send(['LPUSH', '{api_key:key}:window', 'no number']);
    const limit = { ...LIMIT, requests: 1 };
    expect(isHold(await rates.take([limit], 0, 0))).toBe(true);
    expect(await rates.take([limit], 0, 0)).toMatchObject({ kind: 'requests' });
    rates.follow({ failsClosed: true });
    expect(await rates.take([limit], 0, 0)).toStrictEqual({ kind: 'unknown' });
  });

  test('a LiteLLM beside us counts with us, and we with it', async ({ skip }) => {
    if (PYTHON === undefined || PYTHON === '') {
      if (process.env['CI'] === 'true') throw new Error('STAGEGATE_LITELLM_PYTHON names no Python with LiteLLM');
      return skip('LiteLLM is not on this machine');
    }
    const { rates } = await start();
    const limit = { ...LIMIT, id: 'shared', requests: 5, tokens: 1000, parallel: 3 };
    expect(isHold(await rates.take([limit], 100, 0))).toBe(true);
    const script = join(import.meta.dirname, '../../test/take-in-litellm.py');
    const env = { ...process.env, LITELLM_LOCAL_MODEL_COST_MAP: 'True' };
    const { stdout } = await promisify(execFile)(PYTHON, [script, String(server.port()), 'shared'], { env });
    // It reserves 50 tokens for each of its calls, of which the first uses 35.
    expect(JSON.parse(stdout)).toStrictEqual([
      { requests: 3, max_parallel_requests: 1, tokens: 850 },
      { requests: 2, max_parallel_requests: 1, tokens: 815 },
    ]);
    const third = await rates.take([limit], 10, 0);
    expect(isHold(third) && Object.fromEntries(third.left.map(({ kind, remaining }) => [kind, remaining]))).toStrictEqual({
      requests: 1,
      max_parallel_requests: 0,
      tokens: 805,
    });
  }, 120_000);
});
