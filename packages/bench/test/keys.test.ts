import { expect, test } from 'vitest';
import { reportKeys } from '../src/report/keys-report.ts';
import { lowerBound } from '../src/report/lower-bound.ts';
import { reportRedis } from '../src/report/redis-report.ts';
import { reportRouting } from '../src/report/routing-report.ts';

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

const flat = (figure: number): number[] => Array.from({ length: 9 }, () => figure);
const noisy = [110, 110, 130, 130, 130, 130, 130, 130, 130];

test('a goal is missed only where the lower bound is above it', () => {
  const keys = (key: readonly number[], keyOfMany: readonly number[], errors = 0, gateway = 150): boolean =>
    reportKeys({ cpu: { relay: flat(50), master: flat(100), key, keyOfMany }, errors, peakMegabytes: { relay: 100, gateway } }).reached;
  expect(keys(flat(110), flat(112))).toBe(true);
  expect(keys(flat(120), flat(120))).toBe(false);
  expect(keys(flat(110), flat(121))).toBe(false);
  expect(keys(flat(110), flat(110), 1)).toBe(false);
  expect(keys(noisy, noisy)).toBe(true);
  expect(keys(flat(110), flat(112), 0, 151)).toBe(false);
});

test('routing may add a twentieth', () => {
  const routed = (figures: readonly number[], errors = 0): boolean =>
    reportRouting({ cpu: { plain: flat(100), routed: figures }, errors }).reached;
  expect([routed(flat(105)), routed(flat(106)), routed(flat(105), 1)]).toStrictEqual([true, false, false]);
  expect(routed([104, 104, ...flat(110).slice(2)])).toBe(true);
});

test('a Redis that is away adds a millisecond to the slow calls at most', () => {
  const report = (silent: readonly number[], errors = 0): boolean => reportRedis({ p99: { without: [2, 2, 2], silent }, errors }).reached;
  expect(report([2.5, 3, 9])).toBe(true);
  expect(report([2.5, 3.1, 9])).toBe(false);
  expect(report([2, 2, 2], 1)).toBe(false);
});
