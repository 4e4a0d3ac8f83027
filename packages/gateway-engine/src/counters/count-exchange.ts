import type { Redis } from '../ports/index.ts';
import type { Counted } from './memory-counters.ts';
import { COUNT } from './scripts.ts';

/** How long the counts of a minute are kept. */
const KEEP_SECONDS = '60';
const MINUTE_MS = 60_000;
/** Keys per script call, during which Redis serves nothing else. */
const KEYS_MAX = 1000;

/** One count of one deployment in the running minute. */
interface Counter {
  readonly id: string;
  readonly counted: Counted;
  /** Not yet added in Redis. */
  pending: number;
  /** The total in Redis when it was last read. */
  known: number;
  activeMs: number;
}

type Merge = (id: string, counted: Counted, by: number, nowMs: number) => void;

/**
 * Shares the counts of the minute: they are added in Redis in batches, and what others have added comes back with the reply. Deployments
 * that this instance has not used for a minute are left out.
 *
 * source of the keys of `requests` and `tokens`: LiteLLM 1.106.2, router_strategy/lowest_tpm_rpm_v2.py.
 */
export class CountExchange {
  readonly #redis: Redis;
  readonly #merge: Merge;
  readonly #counters = new Map<string, Partial<Record<Counted, Counter>>>();
  #models: ReadonlyMap<string, string> = new Map();
  #minute = '';
  #dirty = false;

  constructor(redis: Redis, merge: Merge) {
    this.#redis = redis;
    this.#merge = merge;
  }

  /** The models of deployments by id, which the reference has in its keys. */
  follow(models: ReadonlyMap<string, string>): void {
    this.#models = models;
    for (const id of this.#counters.keys()) if (!models.has(id)) this.#counters.delete(id);
  }

  add(id: string, counted: Counted, by: number, nowMs: number): void {
    let counters = this.#counters.get(id);
    if (counters === undefined) {
      counters = {};
      this.#counters.set(id, counters);
    }
    const counter = (counters[counted] ??= { id, counted, pending: 0, known: 0, activeMs: nowMs });
    counter.pending += by;
    counter.activeMs = nowMs;
    this.#dirty = true;
  }

  /** Adds what is pending. With `looks` it reads also where nothing is pending. */
  async exchange(wallMs: number, nowMs: number, looks: boolean): Promise<void> {
    if (!this.#dirty && !looks) return;
    this.#dirty = false;
    const minute = new Date(wallMs).toISOString().slice(11, 16).replace(':', '-');
    if (minute !== this.#minute) this.#turn(minute);
    const due: Counter[] = [];
    for (const counters of this.#counters.values()) {
      for (const counter of Object.values(counters)) {
        if (counter.pending !== 0 || (looks && nowMs - counter.activeMs < MINUTE_MS)) due.push(counter);
      }
    }
    for (let start = 0; start < due.length; start += KEYS_MAX) await this.#send(due.slice(start, start + KEYS_MAX), nowMs);
  }

  #turn(minute: string): void {
    this.#minute = minute;
    for (const counters of this.#counters.values()) for (const counter of Object.values(counters)) counter.known = 0;
  }

  async #send(due: readonly Counter[], nowMs: number): Promise<void> {
    const told = due.map(({ pending }) => pending);
    for (const counter of due) counter.pending = 0;
    const answer = await this.#redis.run(
      COUNT,
      due.map((counter) => this.#keyOf(counter)),
      [KEEP_SECONDS, ...told.map(String)],
    );
    if (!answer.ok) {
      // A command that hung may have been run: what it added is not added again.
      if (answer.error.kind !== 'hung') for (const [index, counter] of due.entries()) counter.pending += told[index] ?? 0;
      return;
    }
    const totals = Array.isArray(answer.value) ? answer.value : [];
    for (const [index, counter] of due.entries()) {
      const total = Number(totals[index]);
      if (!Number.isFinite(total)) continue;
      const before = total - (told[index] ?? 0);
      // A lower total than before: Redis was emptied, and all of it is new.
      const byOthers = before < counter.known ? before : before - counter.known;
      counter.known = total;
      if (byOthers > 0) this.#merge(counter.id, counter.counted, byOthers, nowMs);
    }
  }

  #keyOf({ id, counted }: Counter): string {
    if (counted === 'requests' || counted === 'tokens') {
      return this.#redis.key(`${id}:${this.#models.get(id) ?? ''}:${counted === 'requests' ? 'rpm' : 'tpm'}:${this.#minute}`);
    }
    return this.#redis.key(`stagegate:${id}:${counted}:${this.#minute}`);
  }
}
