import {
  systemClock,
  type AllowedFails,
  type AttemptTimes,
  type DeploymentCounts,
  type RoutingCounters,
  type TokenRooms,
  type WindowSums,
} from '../ports/index.ts';
import { createMemoryRooms } from './memory-rooms.ts';
import { createMemorySums } from './memory-sums.ts';
import { RetryBudget } from './retry-budget.ts';

const MINUTE_MS = 60_000;
/** How long a probe keeps other calls away. A longer one has answered nothing, and the group may have no other deployment. */
const PROBE_MS = 10_000;
const AFFINITIES_MAX = 10_000;
/** Below this many rows nothing is swept. */
const ROWS_MIN = 1000;
/** A deployment that cooled down and has had no call for this long is forgotten, and no longer half open. */
const HALF_OPEN_MS = 3_600_000;

interface Row {
  inFlight: number;
  inFlightElsewhere: number;
  /** When the running minute ends. */
  minuteUntilMs: number;
  successes: number;
  failures: number;
  requests: number;
  tokens: number;
  coolUntilMs: number;
  coolSeconds: number;
  probeUntilMs: number;
  unhealthyUntilMs: number;
  latencySeconds: number;
  firstEventSeconds: number;
  /** The samples of these means, the newest last. */
  latencies: number[];
  firstEvents: number[];
  timesUntilMs: number;
  /** Failures that count towards `allowed_fails`, by kind, and until when they do. */
  fails: Map<string, { count: number; untilMs: number }> | undefined;
}

/** The deployment that a client's calls stay with, and until when. */
export interface Affinity {
  readonly id: string;
  readonly untilMs: number;
}

/** Counters of one process. */
export function createMemoryCounters(): RoutingCounters {
  return new MemoryCounters();
}

/** What is counted per deployment and minute. */
export type Counted = 'requests' | 'tokens' | 'successes' | 'failures';

/** The counters of one process as a class, on which shared counters build. */
export class MemoryCounters implements RoutingCounters {
  readonly sums: WindowSums;
  readonly rooms: TokenRooms;
  readonly #rows = new Map<string, Row>();
  readonly #budget = new RetryBudget();
  readonly #affinities = new Map<string, Affinity>();
  #cooling = 0;
  #sweepAt = ROWS_MIN;

  constructor(sums: WindowSums = createMemorySums(systemClock), rooms: TokenRooms = createMemoryRooms()) {
    this.sums = sums;
    this.rooms = rooms;
  }

  read(id: string, nowMs: number): DeploymentCounts | undefined {
    const row = this.#rows.get(id);
    if (row !== undefined) turnMinute(row, nowMs);
    return row;
  }

  anyCooling(): boolean {
    return this.#cooling > 0;
  }

  began(id: string, nowMs: number): void {
    const row = this.#row(id, nowMs);
    row.inFlight += 1;
    row.requests += 1;
  }

  ended(id: string, _nowMs: number): void {
    const row = this.#rows.get(id);
    if (row !== undefined && row.inFlight > 0) row.inFlight -= 1;
  }

  succeeded(id: string, nowMs: number): void {
    this.#row(id, nowMs).successes += 1;
  }

  failed(id: string, nowMs: number): void {
    this.#row(id, nowMs).failures += 1;
  }

  countFail(id: string, kind: string, { allowed, keepSeconds }: AllowedFails, nowMs: number): boolean {
    const fails = (this.#row(id, nowMs).fails ??= new Map());
    const known = fails.get(kind);
    if (known !== undefined && known.untilMs > nowMs) {
      known.count += 1;
      return known.count > allowed;
    }
    fails.set(kind, { count: 1, untilMs: nowMs + keepSeconds * 1000 });
    return allowed < 1;
  }

  coolDown(id: string, seconds: number, nowMs: number): void {
    const row = this.#row(id, nowMs);
    if (row.coolUntilMs === 0) this.#cooling += 1;
    row.coolUntilMs = nowMs + seconds * 1000;
    row.coolSeconds = seconds;
    row.probeUntilMs = 0;
  }

  beginProbe(id: string, nowMs: number): boolean {
    const row = this.#rows.get(id);
    if (row === undefined || row.coolUntilMs === 0) return true;
    if (row.coolUntilMs > nowMs || row.probeUntilMs > nowMs) return false;
    row.probeUntilMs = nowMs + PROBE_MS;
    return true;
  }

  dropProbe(id: string): void {
    const row = this.#rows.get(id);
    if (row !== undefined) row.probeUntilMs = 0;
  }

  recover(id: string): void {
    const row = this.#rows.get(id);
    if (row === undefined || row.coolUntilMs === 0) return;
    row.coolUntilMs = 0;
    row.probeUntilMs = 0;
    this.#cooling -= 1;
  }

  /** Adds what others have counted. */
  protected merge(id: string, counted: Counted, by: number, nowMs: number): void {
    this.#row(id, nowMs)[counted] += by;
  }

  /** Sets how many calls of others are in flight there. */
  protected noteElsewhere(id: string, count: number, nowMs: number): void {
    this.#row(id, nowMs).inFlightElsewhere = count;
  }

  /** Keeps other calls away from a half-open deployment until its probe is dropped. */
  protected holdProbe(id: string): void {
    const row = this.#rows.get(id);
    if (row !== undefined) row.probeUntilMs = Infinity;
  }

  noteHealth(id: string, unhealthyUntilMs: number, nowMs: number): void {
    this.#row(id, nowMs).unhealthyUntilMs = unhealthyUntilMs;
  }

  addUsage(id: string, tokens: number, nowMs: number): void {
    this.#row(id, nowMs).tokens += tokens;
  }

  addTimes(id: string, { latencySeconds, firstEventSeconds }: AttemptTimes, samplesMax: number, keepSeconds: number, nowMs: number): void {
    const row = this.#row(id, nowMs);
    if (row.timesUntilMs <= nowMs) forgetTimes(row);
    row.timesUntilMs = nowMs + keepSeconds * 1000;
    row.latencySeconds = keep(row.latencies, latencySeconds, samplesMax);
    if (firstEventSeconds !== undefined) row.firstEventSeconds = keep(row.firstEvents, firstEventSeconds, samplesMax);
  }

  countRequest(nowMs: number): void {
    this.#budget.countCall(nowMs);
  }

  takeRetry(nowMs: number): boolean {
    return this.#budget.take(nowMs);
  }

  affinityOf(key: string, nowMs: number): string | undefined {
    return this.keptAffinity(key, nowMs)?.id;
  }

  protected keptAffinity(key: string, nowMs: number): Affinity | undefined {
    const kept = this.#affinities.get(key);
    if (kept === undefined || kept.untilMs > nowMs) return kept;
    this.#affinities.delete(key);
    return undefined;
  }

  keepAffinity(key: string, id: string, seconds: number, nowMs: number): void {
    this.#affinities.delete(key);
    this.#affinities.set(key, { id, untilMs: nowMs + seconds * 1000 });
    if (this.#affinities.size <= AFFINITIES_MAX) return;
    // A Map keeps insertion order: the first key is the least recently used.
    for (const oldest of this.#affinities.keys()) {
      this.#affinities.delete(oldest);
      return;
    }
  }

  #row(id: string, nowMs: number): Row {
    const known = this.#rows.get(id);
    if (known !== undefined) {
      turnMinute(known, nowMs);
      return known;
    }
    if (this.#rows.size >= this.#sweepAt) this.#sweep(nowMs);
    const row = emptyRow(nowMs);
    this.#rows.set(id, row);
    return row;
  }

  /** Forgets deployments without recent calls, which a new configuration may no longer have. Memory is at most twice what is needed. */
  #sweep(nowMs: number): void {
    for (const [id, row] of this.#rows) {
      if (!isIdle(row, nowMs)) continue;
      if (row.coolUntilMs !== 0) this.#cooling -= 1;
      this.#rows.delete(id);
    }
    this.#sweepAt = Math.max(ROWS_MIN, 2 * this.#rows.size);
  }
}

function emptyRow(nowMs: number): Row {
  return {
    inFlight: 0,
    inFlightElsewhere: 0,
    minuteUntilMs: endOfMinute(nowMs),
    successes: 0,
    failures: 0,
    requests: 0,
    tokens: 0,
    coolUntilMs: 0,
    coolSeconds: 0,
    probeUntilMs: 0,
    unhealthyUntilMs: 0,
    latencySeconds: 0,
    firstEventSeconds: 0,
    latencies: [],
    firstEvents: [],
    timesUntilMs: 0,
    fails: undefined,
  };
}

function isIdle(row: Row, nowMs: number): boolean {
  const { inFlight, minuteUntilMs, coolUntilMs, unhealthyUntilMs, timesUntilMs, fails } = row;
  if (inFlight > 0 || minuteUntilMs > nowMs || unhealthyUntilMs > nowMs || timesUntilMs > nowMs) return false;
  if (coolUntilMs !== 0 && coolUntilMs + HALF_OPEN_MS > nowMs) return false;
  return fails === undefined || [...fails.values()].every(({ untilMs }) => untilMs <= nowMs);
}

function turnMinute(row: Row, nowMs: number): void {
  if (nowMs < row.minuteUntilMs) return;
  row.minuteUntilMs = endOfMinute(nowMs);
  row.successes = 0;
  row.failures = 0;
  row.requests = 0;
  row.tokens = 0;
  if (row.timesUntilMs <= nowMs) forgetTimes(row);
}

function endOfMinute(nowMs: number): number {
  return (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS;
}

function forgetTimes(row: Row): void {
  row.latencySeconds = 0;
  row.firstEventSeconds = 0;
  row.latencies = [];
  row.firstEvents = [];
}

/** Keeps the newest samples, and gives their mean. */
function keep(samples: number[], sample: number, samplesMax: number): number {
  samples.push(sample);
  if (samples.length > samplesMax) samples.shift();
  let sum = 0;
  for (const one of samples) sum += one;
  return sum / samples.length;
}
