import { expect, test } from 'vitest';
import { readWindows } from './budget-windows.ts';

const NOW_MS = Date.UTC(2026, 10, 29, 12, 30);
const DAY = Date.UTC(2026, 10, 29);

test.each<[string, object, number]>([
  ['ends when its row says', { budget_duration: '1h', reset_at: '2026-11-29T12:45:00Z' }, Date.UTC(2026, 10, 29, 11, 45)],
  ['ends when the clock has it, once its end has passed', { budget_duration: '1d', reset_at: '2026-11-20T00:00:00Z' }, DAY],
  ['ends when the clock has it, where its row says nothing', { budget_duration: '1d' }, DAY],
  [
    'of a month begins on the same day of the one before',
    { budget_duration: '1mo', reset_at: '2026-12-01T00:00:00Z' },
    Date.UTC(2026, 10, 1),
  ],
])('a window %s', (_name, entry, startMs) => {
  const window = { max_budget: 5, ...entry };
  const read = { owner: 'key', id: 'k', startMs, max: 5 };
  expect(readWindows('key', 'k', [window], NOW_MS)).toMatchObject([read]);
  expect(readWindows('key', 'k', JSON.stringify([window]), NOW_MS)).toMatchObject([read]);
  // The next look at it finds the same one.
  expect(readWindows('key', 'k', [window], NOW_MS + 60_000)).toMatchObject([read]);
});

test.each([null, undefined, [], {}, ''])('%j is no window', (value) => {
  expect(readWindows('key', 'k', value, NOW_MS)).toStrictEqual([]);
});

test.each([{ budget_duration: 'soon', max_budget: 5 }, { budget_duration: '1d' }, { max_budget: 5 }, 'x'])(
  'one that cannot be read is said to be so: %j',
  (entry) => {
    expect(readWindows('key', 'k', [{ budget_duration: '1d', max_budget: 1 }, entry], NOW_MS)).toBeUndefined();
  },
);
