import type { CallerWatch } from './call.ts';

/** The time, behind a port: tests and replays pass a fixed one. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Monotonic, milliseconds; only differences mean something. Timeouts and latencies use this one. */
  readonly monotonicMs: () => number;
  /** Resolves after so many seconds, or as soon as the caller goes away. A replay lets no time pass. */
  readonly wait: (seconds: number, caller: CallerWatch) => Promise<void>;
}

/** Random values, behind a port: a replay injects the recorded ones. */
export interface Ids {
  /** A new UUID. */
  readonly callId: () => string;
  /** A number in [0, 1), for weighted choices. */
  readonly random: () => number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  wait: (seconds, caller) => {
    if (seconds <= 0 || caller.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        caller.removeEventListener('abort', gone);
        resolve();
      };
      const gone = { handleEvent: end };
      const timer = setTimeout(end, seconds * 1000);
      caller.addEventListener('abort', gone);
    });
  },
};

export const systemIds: Ids = { callId: () => crypto.randomUUID(), random: () => Math.random() };
