/**
 * Counts which keys are active in a group in the running minute of the wall clock, behind a port: in memory, or shared between instances.
 * in: `nowMs` is the wall clock's.
 */
export interface ActiveKeys {
  /** How many keys. At once when counted in memory. */
  readonly keys: (group: string, nowMs: number) => number | Promise<number>;
  /** How many of their calls this instance has let in. */
  readonly calls: (group: string, nowMs: number) => number;
  /** A call of a key was let in. */
  readonly add: (group: string, key: string, nowMs: number) => void;
}
