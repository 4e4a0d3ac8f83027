import type { SpendWindow } from '../ports/index.ts';
import { durationMs, parseDuration, type Duration } from '../text/index.ts';
import { resetTimeMs } from './reset-time.ts';
import { toObject } from './to-object.ts';

/** One running window of `budget_limits`: since when, and how much may be spent in it. */
export interface BudgetWindow extends SpendWindow {
  readonly max: number;
}

type Owner = SpendWindow['owner'];

/**
 * The windows of `budget_limits` that run now.
 *
 * in:  the column as it stands. A window without an end, or whose end has passed, ends where the wall clock says.
 * out: undefined where one of them cannot be read: then none could be enforced.
 */
export function readWindows(owner: Owner, id: string, value: unknown, nowMs: number): readonly BudgetWindow[] | undefined {
  const listed = typeof value === 'string' ? parse(value) : value;
  if (!Array.isArray(listed)) return [];
  const windows = listed.map((entry) => readWindow(owner, id, toObject(entry), nowMs));
  return windows.includes(undefined) ? undefined : windows.filter((window) => window !== undefined);
}

function readWindow(owner: Owner, id: string, entry: Readonly<Record<string, unknown>>, nowMs: number): BudgetWindow | undefined {
  const { budget_duration: text, max_budget: max, reset_at: resetAt } = entry;
  const duration = typeof text === 'string' ? parseDuration(text) : undefined;
  if (typeof text !== 'string' || duration === undefined || typeof max !== 'number') return undefined;
  const saidMs = typeof resetAt === 'string' ? Date.parse(resetAt) : Number.NaN;
  const endMs = saidMs > nowMs ? saidMs : resetTimeMs(duration, nowMs);
  return { owner, id, duration: text, startMs: startOf(duration, endMs), max };
}

function startOf(duration: Duration, endMs: number): number {
  if (duration.unit !== 'mo') return endMs - durationMs(duration, endMs);
  const end = new Date(endMs);
  return end.setUTCMonth(end.getUTCMonth() - duration.count);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
