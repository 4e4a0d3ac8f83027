import type { Caller } from '../ports/index.ts';

/** A caller as he was looked up; one whose rows could not be read again says so. */
export function callerOf(found: Caller, stale: true | undefined): Caller {
  return stale === undefined ? found : { ...found, stale };
}
