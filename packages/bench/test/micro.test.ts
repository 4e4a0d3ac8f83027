import { expect, test } from 'vitest';
import { chatAnswer, chatRequest, messagesAnswer, messagesRequest } from '../src/micro/bodies.ts';
import { comparePair } from '../src/micro/compare.ts';
import { cpuTimeOf, lastMade } from '../src/micro/cpu-time.ts';
import { makeGrowing } from '../src/micro/growing.ts';
import { measureGrowth, SIZES } from '../src/micro/growth.ts';
import { makePairs } from '../src/micro/pairs.ts';
import { reportMicro } from '../src/report/micro-report.ts';

/** Of the largest size's time to the smallest's, where 16 is linear and 256 quadratic: wide, because the machine may be busy. */
const GROWTH_MAX = 80;

test('bodies have the sizes that the goals were set with', () => {
  for (const body of [chatRequest('group', false), messagesRequest('group', false)])
    expect(Math.abs(Buffer.byteLength(body) - 1_100)).toBeLessThan(100);
  for (const body of [chatAnswer(), messagesAnswer()]) expect(Math.abs(Buffer.byteLength(body) - 1_300)).toBeLessThan(100);
});

test('pairs have names of their own, and both sides of each one work', () => {
  const pairs = makePairs();
  expect(new Set(pairs.map(({ id }) => id)).size).toBe(pairs.length);
  for (const { yardstick, ours } of pairs) expect([yardstick(), ours()]).not.toContain(undefined);
});

test('a pair is compared by its own two sides', () => {
  const work = (times: number): number =>
    Array.from({ length: times * 200 }, (_, index) => Math.sqrt(index)).reduce((sum, one) => sum + one, 0);
  const pair = { id: 'p', title: 'p', ratioMax: 1, count: 2, yardstick: () => work(1), ours: () => work(40) };
  const { ratio, oursNs, yardstickNs } = comparePair(pair, { warmUpMs: 20, batchMs: 5, rounds: 5 });
  expect(ratio).toBeGreaterThan(2);
  expect(oursNs).toBeGreaterThan(yardstickNs);
});

test('what a timed run makes is kept', () => {
  cpuTimeOf(() => 'made', 1);
  expect(lastMade()).toBe('made');
});

test('nothing in core is quadratic in messages, tools or events', () => {
  const conversation = makeGrowing()[0]?.make(SIZES.at(-1) ?? 1)();
  const bytes = conversation instanceof Uint8Array ? conversation.length : String(conversation).length;
  expect(Math.abs(bytes - 400_000)).toBeLessThan(40_000);
  for (const { title, times } of measureGrowth(3)) expect(times.at(-1), title).toBeLessThan(GROWTH_MAX);
});

test('what is quadratic is seen', () => {
  const quadratic = (times: number) => (): number => {
    let sum = 0;
    for (let one = 0; one < times * 100; one += 1) for (let other = 0; other < times * 100; other += 1) sum += one ^ other;
    return sum;
  };
  const [growth] = measureGrowth(3, [{ title: 'a square', make: quadratic }]);
  expect(growth?.times.at(-1)).toBeGreaterThan(GROWTH_MAX);
});

test('goals are reached and missed, by the median of the repetitions', () => {
  const pairs = [{ id: 'p', title: 'a pair', ratioMax: 1.2 }];
  const at = (...ratios: readonly number[]): boolean =>
    reportMicro(
      pairs,
      ratios.map((ratio) => ({ id: 'p', ratio, yardstickNs: 1, oursNs: 1 })),
      [],
    ).reached;
  expect([at(1.2), at(1.21), at(1, 1.1, 9), at(1, 9, 9), at()]).toStrictEqual([true, false, true, false, false]);
  expect(reportMicro(pairs, [], []).text).not.toContain('what grows');
  const grown = (last: number): boolean => reportMicro([], [], [{ title: 'g', times: [1, 4, last], growthMax: 32 }]).reached;
  expect([grown(32), grown(33), grown(NaN)]).toStrictEqual([true, false, false]);
});
