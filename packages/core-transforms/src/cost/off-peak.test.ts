import { expect, test } from 'vitest';
import { offPeakPrices } from './off-peak.ts';

/** Friday, 27 November 2026, 20:00 UTC: in Shanghai it is Saturday. */
const FRIDAY_EVENING_SECONDS = Date.UTC(2026, 10, 27, 20) / 1000;

test.each([
  ['a window of every day', { hours_utc: '19:00-21:00' }, true],
  ['its end is not within', { hours_utc: '19:00-20:00' }, false],
  ['a window over midnight', { hours_utc: ['19:30-03:00'] }, true],
  ['equal ends are the whole day', { windows: [{ hours_utc: '00:00-00:00' }] }, true],
  ['on a weekday', { windows: [{ hours_utc: '00:00-00:00', weekdays: ['Friday'] }] }, true],
  ['not on another', { windows: [{ hours_utc: '00:00-00:00', weekdays: [6, 7] }] }, false],
  ['the day is that of the zone', { weekday_timezone: 'Asia/Shanghai', windows: [{ hours_utc: '00:00-00:00', weekdays: [6, 7] }] }, true],
  ['a zone that is none is UTC', { weekday_timezone: 'Nowhere/At_All', windows: [{ hours_utc: '00:00-00:00', weekdays: [5] }] }, true],
  ['a window that is none', { hours_utc: 'at night' }, false],
  ['nothing', {}, false],
])('%s', (_name, offPeak, open) => {
  expect(offPeakPrices(offPeak, FRIDAY_EVENING_SECONDS)).toBe(open ? offPeak : undefined);
});
