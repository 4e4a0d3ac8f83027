import type { DayFilter } from '../../store/index.ts';
import { refuseInDetail } from '../refusal.ts';
import { readFlag, readText } from '../read-query.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The names of months in reports. */
export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Parses a day, YYYY-MM-DD, to the milliseconds of its start, UTC; undefined for anything else. */
export function parseDay(text: string): number | undefined {
  const ms = /^\d{4}-\d\d-\d\d$/u.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text) ? undefined : ms;
}

/** The first and the last day of a query's range, both included, as milliseconds. Throws the reference's Refusal. */
export function readDayRange(query: URLSearchParams): { readonly fromMs: number; readonly toMs: number } {
  const [start, end] = [readText(query, 'start_date'), readText(query, 'end_date')];
  if (start === undefined || end === undefined) throw refuseInDetail(400, { error: 'Please provide start_date and end_date' });
  const [fromMs, toMs] = [parseDay(start), parseDay(end)];
  if (fromMs === undefined || toMs === undefined) {
    throw refuseInDetail(400, { error: 'start_date and end_date must be valid YYYY-MM-DD dates' });
  }
  return { fromMs, toMs };
}

/** The day after a range's last day, as its exclusive end. */
export function dayAfter(ms: number): Date {
  return new Date(ms + DAY_MS);
}

const AGGREGATED_DAYS_MAX = 400;

/**
 * The days of a query on daily activity.
 *
 * in:     `isBounded`: all days are answered at once, so that their number is limited.
 * errors: throws a Refusal for a range that is missing, invalid or too long.
 */
export function readActivityDays(query: URLSearchParams, nowMs: number, isBounded: boolean): Pick<DayFilter, 'from' | 'to'> {
  const { fromMs, toMs } = readDayRange(query);
  if (isBounded && toMs < fromMs) throw refuseInDetail(400, { error: 'end_date must be on or after start_date' });
  if (isBounded && toMs - fromMs > AGGREGATED_DAYS_MAX * DAY_MS) {
    throw refuseInDetail(400, { error: `Date range must be at most ${AGGREGATED_DAYS_MAX} days` });
  }
  return { from: dayOf(fromMs), to: dayOf(lastDay(query, toMs, nowMs)) };
}

/** The last day of a range, moved to the current day in UTC if the range ends today in the caller's time zone and he asks for that. */
function lastDay(query: URLSearchParams, toMs: number, nowMs: number): number {
  const offset = Number(readText(query, 'timezone') ?? Number.NaN);
  if (!readFlag(query, 'include_current_utc_day') || !Number.isInteger(offset)) return toMs;
  const theirToday = dayOf(nowMs - offset * MINUTE_MS);
  return dayOf(toMs) < theirToday ? toMs : Math.max(toMs, nowMs);
}

/** The day of an instant, YYYY-MM-DD, UTC. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
