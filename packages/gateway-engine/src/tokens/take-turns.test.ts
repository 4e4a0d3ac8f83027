import { expect, test } from 'vitest';
import { takeTurns } from './take-turns.ts';

const NEVER = new AbortController().signal;

test('no more than so many run at once, in their order, however each of them ends', async () => {
  const takeTurn = takeTurns(2);
  const begun: number[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const all = Array.from({ length: 6 }, (_, index) => {
    const end = Promise.withResolvers<void>();
    ends.push(end);
    return takeTurn(NEVER, async () => {
      begun.push(index);
      await end.promise;
    });
  });
  expect(begun).toStrictEqual([0, 1]);
  ends[1]?.resolve();
  await all[1];
  expect(begun).toStrictEqual([0, 1, 2]);
  ends[0]?.reject(new Error('no'));
  await expect(all[0]).rejects.toThrow('no');
  expect(begun).toStrictEqual([0, 1, 2, 3]);
  for (const { resolve } of ends) resolve();
  await Promise.allSettled(all);
  expect(begun).toStrictEqual([0, 1, 2, 3, 4, 5]);
});

test('whoever waits no longer leaves, and takes nobody’s turn', async () => {
  const takeTurn = takeTurns(1);
  const { promise, resolve } = Promise.withResolvers<void>();
  const patience = new AbortController();
  const first = takeTurn(NEVER, () => promise);
  const gone = takeTurn(patience.signal, () => Promise.reject(new Error('it ran')));
  const last = takeTurn(NEVER, async () => 'last');
  patience.abort(new Error('left'));
  await expect(gone).rejects.toThrow('left');
  resolve();
  await first;
  expect(await last).toBe('last');
  expect(await takeTurn(NEVER, async () => 'after')).toBe('after');
});
