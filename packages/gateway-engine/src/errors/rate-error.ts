import type { RateStanding, RateUnknown } from '../ports/index.ts';
import type { EngineError } from './engine-error.ts';

/** Where a limit may be reached, and nobody can say. */
export const UNKNOWN_RATES: string =
  'Rate limit enforcement unavailable: request counters could not be verified against Redis, and fail_closed_rate_limit_enforcement is ' +
  'enabled, so the request was rejected to avoid exceeding the configured rate limit. Retry shortly.';

/** Why a call is not let in by its limits. in: the wall clock's milliseconds. */
export function rateError(taken: RateStanding | RateUnknown, nowMs: number): EngineError {
  return taken.kind === 'unknown' ? { kind: 'rates-unknown' } : { kind: 'rate-limited', exceeded: taken, nowMs };
}
