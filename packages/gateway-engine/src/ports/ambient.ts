/** Time, behind a port: tests and replay pass a fixed one. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Monotonic, milliseconds; only differences mean something. Timeouts and latencies use this one. */
  readonly monotonicMs: () => number;
}

/** Identity, behind a port: replay injects the recorded one. */
export interface Ids {
  /** A new UUID. */
  readonly callId: () => string;
  /** A number in [0, 1), for weighted choices. */
  readonly random: () => number;
}

export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };

export const systemIds: Ids = { callId: () => crypto.randomUUID(), random: () => Math.random() };
