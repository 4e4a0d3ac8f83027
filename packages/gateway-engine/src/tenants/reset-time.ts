import type { Duration } from '../text/index.ts';

const DAY_MS = 86_400_000;
/**
 * When a budget starts anew: hours and less at even steps of the wall clock, a day at midnight, a week on Monday, a month (or `30d`) on the
 * first, other days at the midnight that many days ahead.
 *
 * in:     `timeZone`: an IANA name.
 * out:    milliseconds since 1970, after `nowMs`.
 * source: LiteLLM 1.106.2, litellm_core_utils/duration_parser.py.
 */
export function resetTimeMs(duration: Duration, nowMs: number, timeZone = 'UTC'): number {
  const { count, unit } = duration;
  const wallMs = Math.floor(nowMs / 1000) * 1000 + offsetMs(nowMs, timeZone);
  const midnightMs = Math.floor(wallMs / DAY_MS) * DAY_MS;
  const isSecond = nowMs !== toInstant(wallMs, timeZone, false) + (nowMs % 1000);
  switch (unit) {
    case 'mo':
      return toInstant(firstOfNextMonth(wallMs), timeZone, isSecond);
    case 'w':
    case 'd':
      return toInstant(nextDay(wallMs, midnightMs, unit === 'w' ? count * 7 : count), timeZone, false);
    case 'h':
      return toInstant(nextStep(midnightMs, wallMs, count, 3_600_000, 24), timeZone, isSecond);
    case 'm':
      return toInstant(nextStep(hourOf(wallMs), wallMs, count, 60_000, 60), timeZone, isSecond);
    case 's':
      return toInstant(nextStep(minuteOf(wallMs), wallMs, count, 1000, 60), timeZone, isSecond);
  }
}

function nextDay(wallMs: number, midnightMs: number, days: number): number {
  if (days === 30) return firstOfNextMonth(wallMs);
  if (days !== 7) return midnightMs + days * DAY_MS;
  const untilMonday = (8 - new Date(wallMs).getUTCDay()) % 7;
  return midnightMs + (untilMonday === 0 ? 7 : untilMonday) * DAY_MS;
}

function firstOfNextMonth(wallMs: number): number {
  const wall = new Date(wallMs);
  return Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + 1, 1);
}

/** The next multiple of `count` steps since the larger unit began. A multiple past its end falls into the next unit. */
function nextStep(startMs: number, wallMs: number, count: number, stepMs: number, stepsMax: number): number {
  const passed = Math.floor((wallMs - startMs) / stepMs);
  const next = passed + count - (passed % count);
  // Past midnight the reference keeps the hour of the day and goes one day ahead at most.
  if (stepMs === 3_600_000 && next >= stepsMax) return startMs + DAY_MS + (next % stepsMax) * stepMs;
  return startMs + next * stepMs;
}

function hourOf(wallMs: number): number {
  return Math.floor(wallMs / 3_600_000) * 3_600_000;
}

function minuteOf(wallMs: number): number {
  return Math.floor(wallMs / 60_000) * 60_000;
}

/**
 * The instant at which a wall clock shows a time. A time that is shown twice: the first instant, or the second. One that is skipped: as if
 * the clock had not been put forward.
 */
function toInstant(wallMs: number, timeZone: string, second: boolean): number {
  const before = offsetMs(wallMs - DAY_MS, timeZone);
  const after = offsetMs(wallMs + DAY_MS, timeZone);
  if (before === after) return wallMs - before;
  const early = wallMs - before;
  const late = wallMs - after;
  const showsEarly = offsetMs(early, timeZone) === before;
  const showsLate = offsetMs(late, timeZone) === after;
  if (showsEarly && showsLate) return second ? Math.max(early, late) : Math.min(early, late);
  return showsLate && !showsEarly ? late : early;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a zone's wall clock is ahead of UTC at an instant, in milliseconds. */
function offsetMs(instantMs: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  let format = formats.get(timeZone);
  if (format === undefined) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...parts });
    formats.set(timeZone, format);
  }
  const shown = Object.fromEntries(format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instantMs / 1000) * 1000;
}
