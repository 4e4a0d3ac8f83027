import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RateHold, RateLimit } from '../ports/index.ts';
import { createMemoryRates } from './index.ts';

const LIMIT: RateLimit = { scope: 'api_key', id: 'key', requests: undefined, tokens: undefined, parallel: undefined };

const step = fc.oneof(
  fc.record({ kind: fc.constant('take' as const), tokens: fc.nat(40), waitMs: fc.nat(9_000) }),
  fc.record({ kind: fc.constant('end' as const), told: fc.nat(40), failed: fc.boolean(), waitMs: fc.nat(9_000) }),
);

test('whatever comes and goes: no minute has more, and no more run at once, than the limits say', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const rates = createMemoryRates();
      const limit = { ...LIMIT, requests: 5, tokens: 100, parallel: 3 };
      const running: RateHold[] = [];
      let nowMs = 0;
      let windowMs = 0;
      let inWindow = 0;
      for (const one of steps) {
        nowMs += one.waitMs;
        if (one.kind === 'end') {
          const hold = running.shift();
          hold?.told(one.told);
          hold?.end(one.failed, nowMs);
          continue;
        }
        const taken = rates.take([limit], one.tokens, nowMs);
        if (nowMs - windowMs >= 60_000) [windowMs, inWindow] = [nowMs, 0];
        if ('kind' in taken) continue;
        running.push(taken);
        inWindow += 1;
        expect(inWindow).toBeLessThanOrEqual(5);
        expect(running.length).toBeLessThanOrEqual(3);
        expect(taken.left.every(({ remaining, max }) => remaining >= 0 && remaining <= max)).toBe(true);
      }
    }),
  );
});

test('a place is given back once, however often its call ends', () => {
  const rates = createMemoryRates();
  const limit = { ...LIMIT, parallel: 1 };
  const take = (): RateHold => {
    const taken = rates.take([limit], 0, 0);
    if ('kind' in taken) throw new Error('refused');
    return taken;
  };
  const first = take();
  first.end(false, 0);
  first.end(true, 0);
  take();
  expect(rates.take([limit], 0, 0)).toMatchObject({ kind: 'max_parallel_requests', remaining: 0 });
});

test('tokens of a minute that is over are not given back to the next', () => {
  const rates = createMemoryRates();
  const limit = { ...LIMIT, tokens: 100 };
  const early = rates.take([limit], 90, 0);
  const late = rates.take([limit], 90, 60_000);
  if (!('kind' in early)) early.end(true, 61_000);
  expect('kind' in late).toBe(false);
  expect(rates.take([limit], 20, 61_000)).toMatchObject({ kind: 'tokens', remaining: 10 });
});

test('100,000 keys come and go: of those that are gone nothing is kept', () => {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const heapMegabytes = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 1_048_576;
  };
  const rates = createMemoryRates();
  const before = heapMegabytes();
  for (let index = 0; index < 100_000; index += 1) {
    // A thousand a minute.
    const nowMs = index * 60;
    const taken = rates.take([{ ...LIMIT, id: `key-${index}`, requests: 5, parallel: 3 }], 0, nowMs);
    if (!('kind' in taken)) taken.end(false, nowMs);
  }
  // Kept, they were some seventeen megabytes.
  expect(heapMegabytes() - before).toBeLessThan(5);
  expect(rates.take([{ ...LIMIT, requests: 5 }], 0, 1e9)).not.toHaveProperty('kind');
}, 30_000);
