import type { Redis } from '../ports/index.ts';
import { COUNT_IN_FLIGHT } from './scripts.ts';

/** How long the counts of an instance are believed: when one is killed, its calls end with it. */
const BELIEVED_MS = 3000;
/** A deployment that this instance has not asked for this long is left out. */
const CONCERNED_MS = 60_000;
/** Keys per script call, during which Redis serves nothing else. */
const KEYS_MAX = 1000;

/** A deployment that this instance asks. */
interface Watched {
  elsewhere: number;
  activeMs: number;
  dirty: boolean;
}

/** The counts to share, and the receiver of the others'. */
export interface InFlightListener {
  /** Calls of this instance that are in flight. */
  readonly own: (id: string, nowMs: number) => number;
  /** Calls of the others. */
  readonly elsewhere: (id: string, count: number, nowMs: number) => void;
}

/**
 * Shares the number of calls in flight. Each instance has a count of its own, so that one that dies leaves nothing behind. (The reference
 * has one count per deployment, which keeps what a dead instance added.)
 */
export class InFlightExchange {
  readonly #redis: Redis;
  readonly #instance: string;
  readonly #listener: InFlightListener;
  readonly #watched = new Map<string, Watched>();
  #dirty = false;

  constructor(redis: Redis, instance: string, listener: InFlightListener) {
    this.#redis = redis;
    this.#instance = instance;
    this.#listener = listener;
  }

  /** The number of calls in flight at a deployment has changed. */
  changed(id: string, nowMs: number): void {
    const watched = this.#watched.get(id);
    if (watched === undefined) this.#watched.set(id, { elsewhere: 0, activeMs: nowMs, dirty: true });
    else {
      watched.activeMs = nowMs;
      watched.dirty = true;
    }
    this.#dirty = true;
  }

  /** Writes what has changed. With `looks` it also renews the rest and reads all. */
  async exchange(nowMs: number, looks: boolean): Promise<void> {
    if (!this.#dirty && !looks) return;
    this.#dirty = false;
    const due: string[] = [];
    for (const [id, watched] of this.#watched) {
      if (nowMs - watched.activeMs > CONCERNED_MS && this.#listener.own(id, nowMs) === 0) this.#leave(id, nowMs);
      else if (watched.dirty || looks) due.push(id);
    }
    for (let start = 0; start < due.length; start += KEYS_MAX) await this.#send(due.slice(start, start + KEYS_MAX), nowMs);
  }

  /** Redis is away: the calls of others are not known any more. */
  forget(nowMs: number): void {
    for (const [id, watched] of this.#watched) this.#learn(id, watched, 0, nowMs);
  }

  #leave(id: string, nowMs: number): void {
    this.#listener.elsewhere(id, 0, nowMs);
    this.#watched.delete(id);
  }

  async #send(due: readonly string[], nowMs: number): Promise<void> {
    const rows = due.flatMap((id) => this.#watched.get(id) ?? []);
    for (const row of rows) row.dirty = false;
    const answer = await this.#redis.run(
      COUNT_IN_FLIGHT,
      due.map((id) => this.#redis.key(`stagegate:${id}:in_flight`)),
      [this.#instance, String(BELIEVED_MS), ...due.map((id) => String(this.#listener.own(id, nowMs)))],
    );
    if (!answer.ok) {
      for (const row of rows) row.dirty = true;
      this.#dirty = true;
      return;
    }
    const counts = Array.isArray(answer.value) ? answer.value : [];
    for (const [index, row] of rows.entries()) this.#learn(due[index] ?? '', row, Number(counts[index]) || 0, nowMs);
  }

  #learn(id: string, watched: Watched, elsewhere: number, nowMs: number): void {
    if (watched.elsewhere === elsewhere) return;
    watched.elsewhere = elsewhere;
    this.#listener.elsewhere(id, elsewhere, nowMs);
  }
}
