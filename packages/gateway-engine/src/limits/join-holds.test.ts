import { expect, test } from 'vitest';
import { createMemoryRates } from '../counters/index.ts';
import { joinHolds } from './join-holds.ts';

const limit = (id: string): { scope: string; id: string; requests: undefined; tokens: number; parallel: number } => ({
  scope: 'any',
  id,
  requests: undefined,
  tokens: 10,
  parallel: 1,
});

test('what was taken of two kinds is told and ended together', () => {
  const rates = createMemoryRates();
  const [one, other] = [rates.take([limit('one')], 0, 0), rates.take([limit('other')], 0, 0)];
  if ('kind' in one || 'kind' in other) throw new Error('refused');
  const both = joinHolds(joinHolds(undefined, one), other);
  expect(both.left.map(({ limit: { id } }) => id)).toStrictEqual(['one', 'one', 'other', 'other']);
  both.told(10);
  both.end(false, 0);
  for (const id of ['one', 'other']) expect(rates.take([limit(id)], 1, 0)).toMatchObject({ kind: 'tokens', remaining: 0 });
});
