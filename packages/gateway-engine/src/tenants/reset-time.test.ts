import { loadRecorded } from '@stagegate/testbed';
import { expect, test } from 'vitest';
import { durationMs, parseDuration } from '../text/index.ts';
import { resetTimeMs } from './reset-time.ts';

interface Recorded {
  readonly durations: readonly { readonly duration: string; readonly seconds: number }[];
  readonly resets: readonly { readonly duration: string; readonly now: string; readonly timezone: string; readonly resetAt: string }[];
}

const { durations, resets } = loadRecorded('auth') as unknown as Recorded;

function parsed(text: string): NonNullable<ReturnType<typeof parseDuration>> {
  const duration = parseDuration(text);
  if (duration === undefined) throw new Error(text);
  return duration;
}

test.each(durations)('$duration is $seconds seconds', ({ duration, seconds }) => {
  expect(durationMs(parsed(duration), 0)).toBe(seconds * 1000);
});

test.each(resets)('$duration from $now in $timezone ends at $resetAt', ({ duration, now, timezone, resetAt }) => {
  expect(new Date(resetTimeMs(parsed(duration), Date.parse(now), timezone)).toISOString()).toBe(new Date(resetAt).toISOString());
});

test.each(['', '1', 'd', '-1d', '0d', '1.5h', '1y', '2mo', '1d ', '99999999999999999w'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test('a month ends no later than the next one does', () => {
  const from = Date.UTC(2026, 0, 31, 12);
  expect(new Date(from + durationMs(parsed('1mo'), from)).toISOString()).toBe('2026-02-28T12:00:00.000Z');
});
