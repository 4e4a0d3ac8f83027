import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from '../json/is-object.ts';

const MINUTES_PER_DAY = 1_440;
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * Prices that replace the others at this hour; undefined when there are none.
 *
 * in:     LiteLLM's `off_peak_pricing`; seconds since 1970.
 * errors: none: a malformed window or zone is ignored.
 * source: LiteLLM 1.106.2, llm_cost_calc/utils.py `_is_off_peak`, read 2026-11-29.
 */
export function offPeakPrices(offPeak: JsonObject | undefined, nowSeconds: number): JsonObject | undefined {
  if (offPeak === undefined) return undefined;
  const minute = Math.floor(nowSeconds / 60) % MINUTES_PER_DAY;
  if (textsOf(offPeak['hours_utc']).some((window) => isWithin(window, minute))) return offPeak;
  const { windows, weekday_timezone: zone } = offPeak;
  if (!Array.isArray(windows)) return undefined;
  const open = (windows as readonly JsonValue[]).some(
    (rule) =>
      isObject(rule) &&
      isOnDay(rule['weekdays'], zone, nowSeconds) &&
      textsOf(rule['hours_utc']).some((window) => isWithin(window, minute)),
  );
  return open ? offPeak : undefined;
}

/** `16:30-00:30`: the first minute is inside, the last is not. Equal ends mean the whole day. */
function isWithin(window: string, minute: number): boolean {
  const [, startHour, startMinute, endHour, endMinute] = /^\s*(\d{1,2}):(\d{1,2})\s*-\s*(\d{1,2}):(\d{1,2})\s*$/u.exec(window) ?? [];
  if (endMinute === undefined) return false;
  const start = Number(startHour) * 60 + Number(startMinute);
  const end = Number(endHour) * 60 + Number(endMinute);
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
}

function isOnDay(weekdays: JsonValue | undefined, zone: JsonValue | undefined, nowSeconds: number): boolean {
  if (weekdays === undefined || weekdays === null) return true;
  if (!Array.isArray(weekdays)) return false;
  const today = weekdayOf(typeof zone === 'string' && zone.trim() !== '' ? zone.trim() : 'UTC', nowSeconds);
  return (weekdays as readonly JsonValue[]).some((day) => toWeekday(day) === today);
}

/** Monday is 1. */
function toWeekday(day: JsonValue): number | undefined {
  if (typeof day === 'number') return day;
  const index = typeof day === 'string' ? WEEKDAYS.indexOf(day.trim().toLowerCase().slice(0, 3)) : -1;
  return index === -1 ? undefined : index + 1;
}

function weekdayOf(timeZone: string, nowSeconds: number): number {
  try {
    const name = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short' }).format(nowSeconds * 1000);
    return WEEKDAYS.indexOf(name.toLowerCase()) + 1;
  } catch {
    return weekdayOf('UTC', nowSeconds);
  }
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter((window) => typeof window === 'string') : [];
}
