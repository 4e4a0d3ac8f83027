import { expect, test } from 'vitest';
import { createKeeper, type Fetched } from './keeper.ts';

function counting(
  clock: { nowMs: number },
  lifeMs: number | undefined,
): { readonly calls: number; readonly fetchNew: () => Promise<Fetched<number>> } {
  const counter = {
    calls: 0,
    fetchNew: async (): Promise<Fetched<number>> => {
      counter.calls += 1;
      return { value: counter.calls, endsAtMs: lifeMs === undefined ? undefined : clock.nowMs + lifeMs };
    },
  };
  return counter;
}

const HOUR_MS = 3_600_000;

test('however many ask at once, there is one fetch; keys are apart', async () => {
  const time = { nowMs: 0 };
  const keeper = createKeeper<number>({ nowMs: () => time.nowMs });
  const counter = counting(time, HOUR_MS);
  expect(await Promise.all([1, 2, 3].map(() => keeper.get('a', counter.fetchNew)))).toEqual([1, 1, 1]);
  expect(await keeper.get('b', counter.fetchNew)).toBe(2);
  expect(await keeper.get('a', counter.fetchNew)).toBe(1);
});

test('near its end it is fetched anew while the old one is still given; after it nobody gets the old one', async () => {
  const time = { nowMs: 0 };
  const keeper = createKeeper<number>({ nowMs: () => time.nowMs });
  const counter = counting(time, HOUR_MS);
  await keeper.get('a', counter.fetchNew);
  time.nowMs = HOUR_MS - 60_000;
  expect(await keeper.get('a', counter.fetchNew)).toBe(1);
  expect(await keeper.get('a', counter.fetchNew)).toBe(2);
  time.nowMs += 2 * HOUR_MS;
  expect(await keeper.get('a', counter.fetchNew)).toBe(3);
  expect(counter.calls).toBe(3);
});

test('a renewal that fails takes nothing away and is not tried at every call', async () => {
  const time = { nowMs: 0 };
  const keeper = createKeeper<number>({ nowMs: () => time.nowMs });
  let tries = 0;
  const fails = (): Promise<never> => {
    tries += 1;
    return Promise.reject(new Error('no'));
  };
  await keeper.get('a', counting(time, HOUR_MS).fetchNew);
  time.nowMs = HOUR_MS - 60_000;
  for (const _ of [1, 2, 3]) expect(await keeper.get('a', fails)).toBe(1);
  expect(tries).toBe(1);
  time.nowMs = HOUR_MS;
  await expect(keeper.get('a', fails)).rejects.toThrow('no');
});

test('what has no end is fetched once; a first fetch that failed is tried again', async () => {
  const time = { nowMs: 0 };
  const keeper = createKeeper<number>({ nowMs: () => time.nowMs });
  await expect(keeper.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const counter = counting(time, undefined);
  await keeper.get('a', counter.fetchNew);
  time.nowMs = 1e15;
  expect(await keeper.get('a', counter.fetchNew)).toBe(1);
});
