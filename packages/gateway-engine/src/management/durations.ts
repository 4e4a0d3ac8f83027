import type { JsonValue } from '@stagegate/core-transforms';
import { durationMs, parseDuration, resetTimeMs, type Duration } from '../tenants/index.ts';
import { refuseInBraces } from './refusal.ts';

/** Parses a duration such as `30d`. Throws a Refusal for anything else. */
export function readDuration(value: JsonValue, name: string): Duration {
  const duration = typeof value === 'string' ? parseDuration(value) : undefined;
  if (duration === undefined) {
    throw refuseInBraces(400, `Invalid ${name}: ${JSON.stringify(value)}. Use a number and a unit: 30s, 30m, 30h, 30d, 2w or 1mo.`);
  }
  return duration;
}

/** The time at which a key with this lifetime expires; null: never; undefined: no lifetime was sent. */
export function toExpiry(value: JsonValue | undefined, nowMs: number): number | null | undefined {
  if (value === undefined) return undefined;
  if (value === null || value === '-1' || value === '') return null;
  return nowMs + durationMs(readDuration(value, 'duration'), nowMs);
}

/** How often a budget is reset, and when next. */
export interface BudgetReset {
  readonly budget_duration: string | null;
  readonly budget_reset_at: Date | null;
}

/** A budget's reset as columns; undefined: none was sent. */
export function toBudgetReset(value: JsonValue | undefined, nowMs: number): BudgetReset | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') return { budget_duration: null, budget_reset_at: null };
  return { budget_duration: value, budget_reset_at: new Date(resetTimeMs(readDuration(value, 'budget_duration'), nowMs)) };
}
