/** Keeps which keys call a group in the running minute of the clock, behind a port: in memory, or shared between instances. In: the wall clock, in milliseconds. */
export interface ActiveKeys {
  /** How many. In memory it says so at once. */
  readonly keys: (group: string, nowMs: number) => number | Promise<number>;
  /** How many of their calls were let in, here. */
  readonly calls: (group: string, nowMs: number) => number;
  /** A call of a key was let in. */
  readonly add: (group: string, key: string, nowMs: number) => void;
}
