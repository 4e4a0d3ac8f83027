import { expect, test } from 'vitest';
import { reportKeys } from '../src/report/keys-report.ts';
import { lowerBound } from '../src/report/lower-bound.ts';

test.each<[number, number]>([
  [1, 1],
  [5, 1],
  [7, 1],
  [8, 2],
  [9, 2],
  [12, 3],
  [20, 6],
])('of %i figures the median is at least the one in place %i', (count, place) => {
  expect(lowerBound(Array.from({ length: count }, (_, at) => at + 1).toReversed())).toBe(place);
});

test('a goal is missed only where the lower bound is above it', () => {
  const flat = (figure: number): number[] => Array.from({ length: 9 }, () => figure);
  expect(reportKeys({ master: flat(100), key: flat(110), keyOfMany: flat(112), errors: 0 }).reached).toBe(true);
  expect(reportKeys({ master: flat(100), key: flat(120), keyOfMany: flat(120), errors: 0 }).reached).toBe(false);
  expect(reportKeys({ master: flat(100), key: flat(110), keyOfMany: flat(121), errors: 0 }).reached).toBe(false);
  expect(reportKeys({ master: flat(100), key: flat(110), keyOfMany: flat(110), errors: 1 }).reached).toBe(false);
  const noisy = [110, 110, 130, 130, 130, 130, 130, 130, 130];
  expect(reportKeys({ master: flat(100), key: noisy, keyOfMany: noisy, errors: 0 }).reached).toBe(true);
});
