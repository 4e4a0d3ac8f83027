import type { Caller } from '../ports/index.ts';

/** A caller as he was looked up, marked where his rows could not be read again. */
export function callerOf(found: Caller, stale: true | undefined): Caller {
  return stale === undefined ? found : { ...found, stale };
}
