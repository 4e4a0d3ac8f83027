import type { RateCounters, RateStanding, RateHold, RateKind, RateLimit, ShareLimits, ShareStanding } from '../ports/index.ts';
import { createMemoryActiveKeys } from './active-keys.ts';

const WINDOW_MS = 60_000;

/** What was counted against a limit. */
export interface RateCounts {
  readonly requests: number;
  readonly tokens: number;
  readonly running: number;
}

type Row = { -readonly [Name in keyof RateCounts]: number } & { startedMs: number };

/** Limits of one process. */
export interface MemoryRates extends RateCounters {
  readonly take: (limits: readonly RateLimit[], tokens: number, nowMs: number) => RateHold | RateStanding;
  readonly takeShare: (limits: ShareLimits, nowMs: number) => RateHold | ShareStanding;
  /** Counts what Redis has let in. */
  readonly note: (limits: readonly RateLimit[], tokens: number, nowMs: number) => RateHold;
}

/**
 * Limits of one process. A minute begins with the first call after the previous one's end, as in the reference.
 *
 * Memory: a row for each limit that was used in the last two minutes, or is in use now.
 */
export function createMemoryRates(): MemoryRates {
  const rows = new Map<string, Row>();
  let sweptMs = 0;

  const rowOf = ({ scope, id }: RateLimit, nowMs: number): Row => {
    const name = `${scope}:${id}`;
    const known = rows.get(name);
    if (known === undefined) {
      const row = { startedMs: nowMs, requests: 0, tokens: 0, running: 0 };
      rows.set(name, row);
      return row;
    }
    if (nowMs - known.startedMs >= WINDOW_MS) {
      known.startedMs = nowMs;
      known.requests = 0;
      known.tokens = 0;
    }
    return known;
  };
  const sweep = (nowMs: number): void => {
    if (nowMs - sweptMs < WINDOW_MS) return;
    sweptMs = nowMs;
    for (const [name, { startedMs, running }] of rows) if (running === 0 && nowMs - startedMs >= WINDOW_MS) rows.delete(name);
  };

  const find = (limits: readonly RateLimit[], nowMs: number): readonly Taken[] => {
    sweep(nowMs);
    return limits.map((limit) => ({ limit, row: rowOf(limit, nowMs) }));
  };

  return {
    active: createMemoryActiveKeys(),
    take: (limits, tokens, nowMs) => {
      const taken = find(limits, nowMs);
      const tooMany = exceeded(taken, 'requests', ({ limit: { requests }, row }) => [requests, row.requests, 1]);
      if (tooMany !== undefined) return tooMany;
      for (const { row } of taken) row.requests += 1;
      const tooFast =
        exceeded(taken, 'max_parallel_requests', ({ limit: { parallel }, row }) => [parallel, row.running, 1]) ??
        exceeded(taken, 'tokens', ({ limit, row }) => [limit.tokens, row.tokens, tokens]);
      return tooFast ?? hold(taken, tokens);
    },
    takeShare: ({ whole, share, fullFrom }, nowMs) => {
      const taken = find(share === undefined ? [whole] : [whole, share], nowMs);
      const saturation = saturationOf(whole, taken[0]?.row);
      const held = saturation >= fullFrom ? taken : taken.slice(0, 1);
      const full = held.map(findUsedUp).find((standing) => standing !== undefined);
      if (full !== undefined) return { ...full, saturation };
      for (const { row } of taken) row.requests += 1;
      return hold(taken, 0);
    },
    note: (limits, tokens, nowMs) => {
      const taken = find(limits, nowMs);
      for (const { row } of taken) row.requests += 1;
      return hold(taken, tokens);
    },
  };
}

function hold(taken: readonly Taken[], tokens: number): RateHold {
  for (const { row } of taken) {
    row.running += 1;
    row.tokens += tokens;
  }
  return new Hold(taken, tokens);
}

interface Taken {
  readonly limit: RateLimit;
  readonly row: Row;
}

/** The first limit without room for this many more. */
function exceeded(
  taken: readonly Taken[],
  kind: RateKind,
  read: (one: Taken) => readonly [max: number | undefined, count: number, more: number],
): RateStanding | undefined {
  for (const one of taken) {
    const [max, count, more] = read(one);
    if (max !== undefined && count + more > max) return { limit: one.limit, kind, max, remaining: Math.max(0, max - count) };
  }
  return undefined;
}

/** What is used up before one more call: requests, or the last token. */
function findUsedUp(one: Taken): RateStanding | undefined {
  return (
    exceeded([one], 'requests', ({ limit, row }) => [limit.requests, row.requests, 1]) ??
    exceeded([one], 'tokens', ({ limit, row }) => [limit.tokens, row.tokens, 1])
  );
}

/** The used part of requests or of tokens, whichever is larger. */
function saturationOf({ requests, tokens }: RateLimit, counts: RateCounts | undefined): number {
  return Math.max(partOf(counts?.requests, requests), partOf(counts?.tokens, tokens));
}

function partOf(used = 0, most = 0): number {
  return most > 0 ? used / most : 0;
}

class Hold implements RateHold {
  readonly left: RateHold['left'];
  readonly #taken: readonly (Taken & { readonly startedMs: number })[];
  readonly #reserved: number;
  #told = 0;
  #over = false;

  constructor(taken: readonly Taken[], reserved: number) {
    this.#taken = taken.map(({ limit, row }) => ({ limit, row, startedMs: row.startedMs }));
    this.#reserved = reserved;
    this.left = taken.flatMap(({ limit, row }) => standingsOf(limit, row));
  }

  told(tokens: number): void {
    this.#told += tokens;
  }

  end(failed: boolean, nowMs: number): void {
    if (this.#over) return;
    this.#over = true;
    const actual = tokensTaken(this.#told, this.#reserved, failed);
    for (const { row, startedMs } of this.#taken) {
      row.running -= 1;
      // Once the minute is over, its counts no longer matter.
      if (row.startedMs === startedMs && nowMs - startedMs < WINDOW_MS) row.tokens += actual - this.#reserved;
    }
  }
}

/** How far a limit is used at these counts. */
export function standingsOf(limit: RateLimit, { requests, running, tokens }: RateCounts): readonly RateStanding[] {
  const counted = [
    ['requests', limit.requests, requests],
    ['max_parallel_requests', limit.parallel, running],
    ['tokens', limit.tokens, tokens],
  ] as const;
  return counted.flatMap(([kind, max, count]) => (max === undefined ? [] : [{ limit, kind, max, remaining: Math.max(0, max - count) }]));
}

/**
 * The tokens that a call counts for once it is over: those that were told; where none were told, those that were reserved, unless it
 * failed.
 */
export function tokensTaken(told: number, reserved: number, failed: boolean): number {
  return told > 0 ? told : failed ? 0 : reserved;
}
