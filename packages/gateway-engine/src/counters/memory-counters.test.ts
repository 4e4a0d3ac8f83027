import { describe, expect, test } from 'vitest';
import { createMemoryCounters } from './memory-counters.ts';

/** What counters remember is bounded: by the deployments that are asked, and by a fixed number of whatever clients name. */

const MINUTE_MS = 60_000;
const MANY = 100_000;
const ids = Array.from({ length: MANY }, (_, at) => `id-${at}`);

describe('100,000 deployments come and go', () => {
  test('of those that are gone nothing is kept', () => {
    const counters = createMemoryCounters();
    // A thousand a minute, each asked, answered, failed and cooled down for a while.
    const at = (index: number): number => MINUTE_MS * (1 + Math.floor(index / 1000));
    for (const [index, id] of ids.entries()) {
      counters.began(id, at(index));
      counters.addTimes(id, { latencySeconds: 1, firstEventSeconds: 1 }, 10, 120, at(index));
      counters.countFail(id, 'generic', { allowed: 3, keepSeconds: 90, seconds: 5 }, at(index));
      counters.coolDown(id, 5, at(index));
      counters.recover(id);
      counters.ended(id, at(index));
    }
    const nowMs = at(MANY - 1);
    const kept = ids.filter((id) => counters.read(id, nowMs) !== undefined);
    expect(kept.length).toBeLessThan(10_000);
    expect(kept.at(-1)).toBe(ids.at(-1));
  });

  test('what is under way, or counts still, is', () => {
    const counters = createMemoryCounters();
    counters.began('busy', MINUTE_MS);
    counters.coolDown('cooling', 86_400, MINUTE_MS);
    counters.noteHealth('ill', 86_400_000, MINUTE_MS);
    counters.addTimes('timed', { latencySeconds: 7, firstEventSeconds: undefined }, 10, 86_400, MINUTE_MS);
    counters.countFail('failed', '', { allowed: 1, keepSeconds: 86_400, seconds: 5 }, MINUTE_MS);
    for (const [index, id] of ids.entries()) counters.began(id, 2 * MINUTE_MS + index);
    const nowMs = 3 * MINUTE_MS + MANY;
    expect(counters.read('busy', nowMs)?.inFlight).toBe(1);
    expect(counters.read('cooling', nowMs)?.coolSeconds).toBe(86_400);
    expect(counters.read('ill', nowMs)?.unhealthyUntilMs).toBe(86_400_000);
    expect(counters.read('timed', nowMs)?.latencySeconds).toBe(7);
    expect(counters.countFail('failed', '', { allowed: 1, keepSeconds: 86_400, seconds: 5 }, nowMs)).toBe(true);
  });

  test('one that was taken away while it cooled down does not keep every call looking for it', () => {
    const counters = createMemoryCounters();
    counters.coolDown('gone', 5, MINUTE_MS);
    const later = 2 * 3_600_000;
    for (const id of ids.slice(0, 2000)) counters.succeeded(id, later);
    expect(counters.anyCooling()).toBe(false);
  });
});

test('of times the mean of the last is known, of streams to the first event too; nothing once they count no more', () => {
  const counters = createMemoryCounters();
  const add = (latencySeconds: number, firstEventSeconds: number | undefined): void =>
    counters.addTimes('a', { latencySeconds, firstEventSeconds }, 2, 3600, MINUTE_MS);
  add(9, 3);
  add(2, undefined);
  add(4, undefined);
  expect(counters.read('a', MINUTE_MS)).toMatchObject({ latencySeconds: 3, firstEventSeconds: 3 });
  expect(counters.read('a', MINUTE_MS + 3_599_000)).toMatchObject({ latencySeconds: 3, firstEventSeconds: 3 });
  expect(counters.read('a', 62 * MINUTE_MS)).toMatchObject({ latencySeconds: 0, firstEventSeconds: 0 });
});

test('100,000 sessions: the least recently kept ones are let go of', () => {
  const counters = createMemoryCounters();
  for (const id of ids) counters.keepAffinity(id, 'deployment', 3600, MINUTE_MS);
  const kept = ids.filter((id) => counters.affinityOf(id, MINUTE_MS) !== undefined);
  expect(kept).toStrictEqual(ids.slice(-10_000));
});
