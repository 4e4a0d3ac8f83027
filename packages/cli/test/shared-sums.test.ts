import { createSharedSums, type SharedSums } from '@stagegate/gateway-engine/counters';
import { systemClock, type SumWindow } from '@stagegate/gateway-engine/ports';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { useRedis } from './support/use-redis.ts';

const LIVENESS = { timeout: 20_000, interval: 10 };
const WINDOW: SumWindow = { key: 'provider_spend:openai:1d', startKey: 'provider_budget_start_time:openai', duration: '1d' };
const DAY_SECONDS = 86_400;

/** Sums of several instances over one redis-server. */
describe('shared sums', () => {
  const used = useRedis();
  const start = (): SharedSums => {
    const sums = createSharedSums({ redis: used.redis, clock: systemClock });
    onTestFinished(() => sums.close());
    return sums;
  };
  const ask = async (...command: string[]): Promise<unknown> => {
    const answer = await used.redis.send(command);
    return answer.ok ? answer.value : answer.error;
  };
  const reads = (sums: SharedSums, usd: number): Promise<void> => vi.waitFor(() => expect(sums.read(WINDOW)).toBeCloseTo(usd, 9), LIVENESS);

  test('what one adds counts at once for itself, and soon for the others', async () => {
    const [one, other] = [start(), start()];
    for (let call = 1; call <= 20; call += 1) {
      one.add(WINDOW, 0.25);
      expect(one.read(WINDOW)).toBeGreaterThanOrEqual(call * 0.25);
      other.add(WINDOW, 0.5);
    }
    await Promise.all([reads(one, 15), reads(other, 15)]);
    expect(Number(await ask('GET', WINDOW.key))).toBeCloseTo(15, 9);
    for (const key of [WINDOW.key, WINDOW.startKey]) {
      const left = Number(await ask('TTL', key));
      expect(left).toBeGreaterThan(DAY_SECONDS - 120);
      expect(left).toBeLessThanOrEqual(DAY_SECONDS);
    }
    const late = start();
    late.read(WINDOW);
    await reads(late, 15);
  });

  test('a LiteLLM beside them adds to the same sum, and its window is theirs', async () => {
    // As it begins one, and adds to it.
    await ask('SET', WINDOW.startKey, String(Date.now() / 1000 - 3_600), 'EX', String(DAY_SECONDS - 3_600));
    await ask('SET', WINDOW.key, '0.0', 'EX', String(DAY_SECONDS - 3_600));
    await ask('INCRBYFLOAT', WINDOW.key, '2.5');
    const sums = start();
    sums.add(WINDOW, 1);
    await reads(sums, 3.5);
    expect(Number(await ask('TTL', WINDOW.key))).toBeLessThanOrEqual(DAY_SECONDS - 3_600);
    await ask('INCRBYFLOAT', WINDOW.key, '4');
    await reads(sums, 7.5);
    // A window of its own that is over: what was in it is nobody's any more.
    await ask('SET', WINDOW.startKey, String(Date.now() / 1000 - DAY_SECONDS - 1));
    sums.add(WINDOW, 0.5);
    await reads(sums, 0.5);
  });

  test('a Redis that was emptied is told what was spent, once', async () => {
    const all = [start(), start(), start()];
    for (const sums of all) sums.add(WINDOW, 1);
    await Promise.all(all.map((sums) => reads(sums, 3)));
    await ask('FLUSHALL');
    await vi.waitFor(async () => expect(Number(await ask('GET', WINDOW.key))).toBeCloseTo(3, 9), LIVENESS);
    all[0]?.add(WINDOW, 0.5);
    await Promise.all(all.map((sums) => reads(sums, 3.5)));
  });

  test('a sum whose time is over begins anew', async () => {
    const sums = start();
    const short = { ...WINDOW, duration: '1s' };
    sums.add(short, 5);
    await vi.waitFor(() => expect(sums.read(short)).toBe(0), LIVENESS);
    await vi.waitFor(async () => expect(await ask('EXISTS', WINDOW.key)).toBe(0), LIVENESS);
    sums.add(short, 2);
    expect(sums.read(short)).toBe(2);
  });
});
