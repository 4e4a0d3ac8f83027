import type { RateStanding, RateUnknown } from '../ports/index.ts';
import type { EngineError } from './engine-error.ts';

/** Why a call is not let in by its limits. in: the wall clock's milliseconds. */
export function rateError(taken: RateStanding | RateUnknown, nowMs: number): EngineError {
  return taken.kind === 'unknown' ? { kind: 'rates-unknown' } : { kind: 'rate-limited', exceeded: taken, nowMs };
}
