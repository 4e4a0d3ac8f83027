const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const DURATION = /^(\d+)(mo|[smhdw])$/u;

/** A duration as the reference writes it. */
export type Duration = { readonly count: number; readonly unit: 's' | 'm' | 'h' | 'd' | 'w' | 'mo' };

/** Reads `30s`, `5m`, `1h`, `7d`, `2w`, `3mo`; undefined for anything else, and for nothing at all (`0d`). */
export function parsePeriod(text: string): Duration | undefined {
  const [, count = '', unit = ''] = DURATION.exec(text) ?? [];
  const value = Number(count);
  if (value < 1 || !Number.isSafeInteger(value * 1000)) return undefined;
  return { count: value, unit: unit as Duration['unit'] };
}

/** The same; undefined also for more than one month, which has no time to start anew at. */
export function parseDuration(text: string): Duration | undefined {
  const duration = parsePeriod(text);
  return duration?.unit === 'mo' && duration.count > 1 ? undefined : duration;
}

/** How long a duration is, in milliseconds. Months have the days that are left until the same day of the last one. */
export function durationMs({ count, unit }: Duration, nowMs: number): number {
  if (unit !== 'mo') return count * (SECONDS[unit] ?? 0) * 1000;
  const now = new Date(nowMs);
  const month = now.getUTCMonth() + count;
  const lastDay = new Date(Date.UTC(now.getUTCFullYear(), month + 1, 0)).getUTCDate();
  return new Date(nowMs).setUTCFullYear(now.getUTCFullYear(), month, Math.min(now.getUTCDate(), lastDay)) - nowMs;
}

/** The same of a text; 0 for one that is no duration. */
export function periodMs(text: string, nowMs: number): number {
  const period = parsePeriod(text);
  return period === undefined ? 0 : durationMs(period, nowMs);
}
