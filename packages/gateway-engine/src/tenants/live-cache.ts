import type { Clock } from '../ports/index.ts';

/** What a look-up gave: a value, undefined for what does not exist, or `down` when the database did not answer. */
export type Looked<T> =
  | {
      readonly kind: 'value';
      readonly value: T | undefined;
      /** True: older than it should be, because the database did not answer. */
      readonly stale?: true;
    }
  | { readonly kind: 'down' };

/** How long cached values are used. Milliseconds. */
export interface CacheLimits {
  /** The longest time until an unannounced change is seen (the database's own delay comes on top). */
  readonly freshMs: number;
  /** While the database does not answer, known values are used for this long. Only of what exists. */
  readonly staleMs: number;
  /** Entries kept; the least recently used go first. Ids that do not exist are kept apart, so that made-up ones push nothing out. */
  readonly entriesMax: number;
  readonly missingMax: number;
}

/** A read-through cache that renews its entries before they are too old. */
export interface LiveCache<T> {
  /** At once when the value is known and fresh; else once the database has answered, asked once for all who wait. */
  readonly get: (id: string) => Looked<T> | Promise<Looked<T>>;
  /** Drops entries, and the results of look-ups of them that are under way. */
  readonly forget: (matches: (id: string, value: T | undefined) => boolean) => void;
  /** Something may have been missed: every entry is looked up again when it is next needed. */
  readonly doubt: () => void;
}

interface Entry<T> {
  readonly looked: Looked<T>;
  loadedMs: number;
  /** No look-up before this time. */
  pausedUntilMs: number;
}

/** From this part of its life on, an entry that is used is renewed in the background. */
const RENEW_AT = 0.6;

/** A lookup that has an old value waits no longer than this for a new one. */
const PATIENCE_MS = 250;

/** After a look-up that failed, known values are used for this long before the next one. */
const PAUSE_MS = 1_000;

/**
 * Makes a cache over a look-up.
 *
 * cost: a fresh entry costs one map look-up and one reading of the clock.
 */
export function createLiveCache<T>(load: (id: string) => Promise<Looked<T>>, clock: Clock, limits: CacheLimits): LiveCache<T> {
  const { freshMs, staleMs } = limits;
  const existing = new Map<string, Entry<T>>();
  const missing = new Map<string, Entry<T>>();
  const loading = new Map<string, Promise<Looked<T>>>();
  let generation = 0;

  const settle = (id: string, looked: Looked<T>): void => {
    const nowMs = clock.monotonicMs();
    if (looked.kind === 'down') {
      const entry = existing.get(id);
      if (entry !== undefined) entry.pausedUntilMs = nowMs + PAUSE_MS;
      return;
    }
    existing.delete(id);
    missing.delete(id);
    const [kept, max] = looked.value === undefined ? [missing, limits.missingMax] : [existing, limits.entriesMax];
    kept.set(id, { looked, loadedMs: nowMs, pausedUntilMs: 0 });
    if (kept.size > max) for (const oldest of kept.keys()) return void kept.delete(oldest);
  };
  const renew = (id: string): Promise<Looked<T>> => {
    const running = loading.get(id);
    if (running !== undefined) return running;
    const startedIn = generation;
    const started = load(id).then((looked) => {
      if (loading.get(id) === started) loading.delete(id);
      // A read that began before a change was announced may have seen the rows before it.
      if (startedIn === generation) settle(id, looked);
      return looked;
    });
    loading.set(id, started);
    return started;
  };
  const outdate = (): void => {
    generation += 1;
    loading.clear();
  };

  return {
    get: (id) => {
      const entry = existing.get(id) ?? missing.get(id);
      if (entry === undefined) return renew(id);
      const nowMs = clock.monotonicMs();
      const ageMs = nowMs - entry.loadedMs;
      const mayBeStale = ageMs < staleMs && existing.has(id);
      if (ageMs < freshMs * RENEW_AT) return entry.looked;
      if (nowMs < entry.pausedUntilMs && mayBeStale) return ageMs < freshMs ? entry.looked : outOfDate(entry.looked);
      const renewed = renew(id);
      if (ageMs < freshMs) return entry.looked;
      return mayBeStale ? soonOr(renewed, entry.looked) : renewed;
    },
    forget: (matches) => {
      outdate();
      for (const kept of [existing, missing]) {
        for (const [id, { looked }] of kept) if (looked.kind === 'value' && matches(id, looked.value)) kept.delete(id);
      }
    },
    doubt: () => {
      outdate();
      const oldMs = clock.monotonicMs() - freshMs;
      for (const kept of [existing, missing]) for (const entry of kept.values()) entry.loadedMs = Math.min(entry.loadedMs, oldMs);
    },
  };
}

/** The new value if it comes soon and is one, else the old one. */
async function soonOr<T>(renewed: Promise<Looked<T>>, old: Looked<T>): Promise<Looked<T>> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined);
  });
  const looked = await Promise.race([renewed, patience]);
  clearTimeout(timer);
  return looked === undefined || looked.kind === 'down' ? outOfDate(old) : looked;
}

function outOfDate<T>(looked: Looked<T>): Looked<T> {
  return looked.kind === 'value' ? { ...looked, stale: true } : looked;
}
