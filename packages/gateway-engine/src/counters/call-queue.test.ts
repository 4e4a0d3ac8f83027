import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CallQueue, TurnOutcome } from '../ports/index.ts';
import { createCallQueue } from './call-queue.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A group whose deployments may be asked or not, and calls for it. */
function groupOf(queue: CallQueue, group = 'g') {
  let well = false;
  const turns: string[] = [];
  return {
    turns,
    recover: (): void => {
      well = true;
    },
    call: (
      name: string,
      priority: number,
      more: { timeoutMs?: number; lookMs?: number; signal?: AbortSignal } = {},
    ): 'turn' | Promise<TurnOutcome> => {
      const { timeoutMs = 60_000, lookMs, signal = new AbortController().signal } = more;
      const waited = queue.wait({ group, priority, timeoutMs, lookMs, mayServe: () => well, caller: signal });
      void Promise.resolve(waited).then((outcome) => turns.push(`${name} ${outcome}`));
      return waited;
    },
  };
}

const queueOf = (max?: number): CallQueue => createCallQueue(() => Date.now(), max);

describe('a queue of calls', () => {
  test('nobody waits while a deployment may be asked', () => {
    const group = groupOf(queueOf());
    group.recover();
    expect(group.call('a', 5)).toBe('turn');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('while none may, one goes at each look: the lowest priority first, of equals the first that came', async () => {
    const group = groupOf(queueOf());
    for (const [name, priority] of [
      ['late', 9],
      ['b', 2],
      ['c', 2],
      ['a', 1],
    ] as const)
      void group.call(name, priority);
    await vi.advanceTimersByTimeAsync(30);
    expect(group.turns).toStrictEqual(['a turn']);
    await vi.advanceTimersByTimeAsync(60);
    expect(group.turns).toStrictEqual(['a turn', 'b turn', 'c turn']);
  });

  test('once one may, all go, in their order', async () => {
    const group = groupOf(queueOf());
    for (const [name, priority] of [
      ['c', 3],
      ['a', 1],
      ['b', 2],
    ] as const)
      void group.call(name, priority);
    group.recover();
    await vi.advanceTimersByTimeAsync(30);
    expect(group.turns).toStrictEqual(['a turn', 'b turn', 'c turn']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('whoever waits too long is told so, whoever goes away leaves his place, and a full queue takes nobody', async () => {
    const queue = queueOf(4);
    const group = groupOf(queue);
    const leave = new AbortController();
    void group.call('first', 1, { timeoutMs: 5_000 });
    void group.call('impatient', 2, { timeoutMs: 10 });
    void group.call('leaving', 3, { signal: leave.signal });
    void group.call('last', 4);
    void group.call('too many', 0);
    leave.abort();
    await vi.advanceTimersByTimeAsync(29);
    expect(group.turns).toStrictEqual(['too many full', 'leaving gone']);
    await vi.advanceTimersByTimeAsync(61);
    expect(group.turns).toStrictEqual(['too many full', 'leaving gone', 'impatient late', 'first turn', 'last turn']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the first who waits says how often they are looked at', async () => {
    const group = groupOf(queueOf());
    for (const name of ['a', 'b']) void group.call(name, 1, { lookMs: 500 });
    await vi.advanceTimersByTimeAsync(499);
    expect(group.turns).toStrictEqual([]);
    await vi.advanceTimersByTimeAsync(501);
    expect(group.turns).toStrictEqual(['a turn', 'b turn']);
  });

  test('a caller who has gone before he waits does not wait', async () => {
    expect(await groupOf(queueOf()).call('a', 1, { signal: AbortSignal.abort() })).toBe('gone');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('groups do not wait for each other', async () => {
    const queue = queueOf();
    const [ill, well] = [groupOf(queue, 'ill'), groupOf(queue, 'well')];
    for (const group of [ill, well]) for (const name of ['a', 'b', 'c']) void group.call(name, 1);
    well.recover();
    await vi.advanceTimersByTimeAsync(30);
    expect([ill.turns.length, well.turns.length]).toStrictEqual([1, 3]);
  });

  test('whatever the priorities, everybody gets a turn, in the order of priority and coming', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 }), async (priorities) => {
        const group = groupOf(queueOf());
        priorities.forEach((priority, at) => void group.call(String(at), priority));
        await vi.advanceTimersByTimeAsync(30 * priorities.length);
        const ordered = priorities.map((priority, at) => ({ priority, at })).toSorted((a, b) => a.priority - b.priority || a.at - b.at);
        expect(group.turns).toStrictEqual(ordered.map(({ at }) => `${at} turn`));
      }),
    );
  });
});
