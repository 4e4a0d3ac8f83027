import type { Clock } from '../ports/index.ts';

/** A fetched value that may expire. */
export interface Fetched<T> {
  readonly value: T;
  /** Wall clock, milliseconds since 1970; undefined for a value that does not expire. */
  readonly endsAtMs: number | undefined;
}

/** Caches fetched values by key, and renews them before they expire. */
export interface Keeper<T> {
  /**
   * The cached value, or what `fetchNew` gives. Simultaneous callers share one fetch. Shortly before its end a value is still given while
   * the next one is fetched.
   *
   * errors: rejects as `fetchNew` does, when there is no value that is still good.
   */
  readonly get: (key: string, fetchNew: () => Promise<Fetched<T>>) => Promise<T>;
}

interface Entry<T> {
  kept: Fetched<T> | undefined;
  pending: Promise<Fetched<T>> | undefined;
  /** A renewal that failed is not tried again before this time. */
  retryAtMs: number;
}

const RENEW_AHEAD_MS = 5 * 60_000;
const RETRY_AFTER_MS = 10_000;

/** Makes an empty keeper. */
export function createKeeper<T>(clock: Pick<Clock, 'nowMs'>): Keeper<T> {
  const entries = new Map<string, Entry<T>>();
  const renew = (entry: Entry<T>, fetchNew: () => Promise<Fetched<T>>): Promise<Fetched<T>> => {
    entry.pending ??= fetchNew()
      .then(
        (fetched) => (entry.kept = fetched),
        (thrown: unknown) => {
          entry.retryAtMs = clock.nowMs() + RETRY_AFTER_MS;
          throw thrown;
        },
      )
      .finally(() => {
        entry.pending = undefined;
      });
    return entry.pending;
  };
  return {
    get: async (key, fetchNew) => {
      const entry = entries.get(key) ?? { kept: undefined, pending: undefined, retryAtMs: 0 };
      entries.set(key, entry);
      const now = clock.nowMs();
      const endsAtMs = entry.kept?.endsAtMs ?? Infinity;
      if (entry.kept === undefined || now >= endsAtMs) return (await renew(entry, fetchNew)).value;
      // A value that is still good is given at once: the last callers before its end neither wait for the next one nor fail with it.
      if (now >= endsAtMs - RENEW_AHEAD_MS && now >= entry.retryAtMs) renew(entry, fetchNew).catch(() => undefined);
      return entry.kept.value;
    },
  };
}
