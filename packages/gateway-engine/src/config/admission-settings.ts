import * as v from 'valibot';
import type { AdmissionSettings } from '../ports/index.ts';
import type { ParsedConfig } from './parsed-config.ts';
import { Amount, Count } from './value-schemas.ts';

const SOME = 'a whole number ≥ 1';
const TIME = 'a number of seconds above 0';
const WAIT_SECONDS = 1;

/** Members of `general_settings` that say how many calls one process takes at once. */
export const ADMISSION_SETTINGS = {
  max_in_flight_requests_per_worker: v.nullish(v.pipe(Amount, v.integer(SOME), v.minValue(1, SOME))),
  max_queued_requests_per_worker: Count,
  admission_queue_timeout_seconds: v.nullish(v.pipe(Amount, v.gtValue(0, TIME))),
} as const;

/** The same, as whoever lets calls in reads them; undefined: any number. Without a number of those that wait, as many as run. */
export function toAdmission({ general_settings: general }: ParsedConfig): AdmissionSettings | undefined {
  const runningMax = general?.max_in_flight_requests_per_worker ?? undefined;
  if (runningMax === undefined) return undefined;
  return {
    runningMax,
    waitingMax: general?.max_queued_requests_per_worker ?? runningMax,
    waitMs: (general?.admission_queue_timeout_seconds ?? WAIT_SECONDS) * 1000,
  };
}
