import type { Clock } from '../ports/index.ts';

/** What a look-up gave: a value, undefined for what does not exist, or `down` when the database gave no answer. */
export type Looked<T> =
  | {
      readonly kind: 'value';
      readonly value: T | undefined;
      /** Older than it may be, for want of an answer. */
      readonly stale?: true;
    }
  | { readonly kind: 'down' };

/** How long what was looked up is believed. Milliseconds. */
export interface CacheLimits {
  /** A change that nobody announced is seen after this time at the latest, and the database's own delay. */
  readonly freshMs: number;
  /** While the database gives no answer, what is known goes on being used for this long. Only what exists is. */
  readonly staleMs: number;
  /** Entries kept, the ones looked up least lately go first. Those that do not exist are kept apart: made-up ids push nothing out. */
  readonly entriesMax: number;
  readonly missingMax: number;
}

/** What is known, kept, and asked for again before it is too old. */
export interface LiveCache<T> {
  /** At once when it is known and fresh; else after the database was asked, once for everybody who waits. */
  readonly get: (id: string) => Looked<T> | Promise<Looked<T>>;
  /** Nothing of what is known of an entry is believed any more, nor what is being looked up. */
  readonly forget: (matches: (id: string, value: T | undefined) => boolean) => void;
  /** Something may have been missed: everything is asked for again when it is next needed. */
  readonly doubt: () => void;
}

interface Entry<T> {
  readonly looked: Looked<T>;
  loadedMs: number;
  /** Not asked for again before this. */
  pausedUntilMs: number;
}

/** From this share of its life on, an entry that is used is asked for again in the background. */
const RENEW_AT = 0.6;

/** Whoever has an old answer does not wait longer than this for a new one. */
const PATIENCE_MS = 250;

/** After a look-up without an answer, what is known is used for this long before the next one. */
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
      // What was read before a change was announced may be what was there before it.
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

/** The new answer if it comes soon and is one, else the old. */
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
