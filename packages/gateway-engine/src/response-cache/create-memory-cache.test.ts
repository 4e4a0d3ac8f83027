import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryCache } from './create-memory-cache.ts';

/** A clock that a test moves. */
function clockAt(ms: number): { readonly monotonicMs: () => number; readonly pass: (more: number) => void } {
  let now = ms;
  return {
    monotonicMs: () => now,
    pass: (more) => {
      now += more;
    },
  };
}

const BYTES_MAX = 10_000;

test('it never keeps more bytes than it may, whatever is written; the longest unused leave first', () => {
  const writes = fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 8 }), fc.nat({ max: 3_000 })), { maxLength: 60 });
  fc.assert(
    fc.property(writes, (all) => {
      const cache = createMemoryCache({ bytesMax: BYTES_MAX }, clockAt(1));
      for (const [key, length] of all) cache.write(key, { text: 'x'.repeat(length), storedMs: 0 }, 60);
      const newest = [...new Map(all).keys()];
      const kept = newest.filter((key) => cache.read(key) !== undefined);
      const bytes = kept.reduce((sum, key) => sum + 2 * (key.length + (new Map(all).get(key) ?? 0)), 0);
      expect(bytes).toBeLessThanOrEqual(BYTES_MAX);
    }),
  );
});

test('of two, the one that was read last stays', () => {
  const cache = createMemoryCache({ bytesMax: BYTES_MAX }, clockAt(1));
  const answer = { text: 'x'.repeat(2_000), storedMs: 0 };
  cache.write('a', answer, 60);
  cache.write('b', answer, 60);
  cache.read('a');
  cache.write('c', answer, 60);
  expect([cache.read('a'), cache.read('b'), cache.read('c')]).toStrictEqual([answer, undefined, answer]);
});

test('an answer is there for its time, and not a millisecond longer', () => {
  const clock = clockAt(1);
  const cache = createMemoryCache({ bytesMax: BYTES_MAX }, clock);
  cache.write('a', { text: 't', storedMs: 0 }, 5);
  cache.write('never', { text: 't', storedMs: 0 }, 0);
  clock.pass(5_000);
  expect([cache.read('a'), cache.read('never')]).toStrictEqual([{ text: 't', storedMs: 0 }, undefined]);
  clock.pass(1);
  expect(cache.read('a')).toBeUndefined();
});
