import type { Redis } from '../ports/index.ts';
import type { Affinity } from './memory-counters.ts';
import { SHARE_AFFINITIES } from './scripts.ts';

/** How many affinities the stream keeps for instances that start later: as many as an instance remembers. */
const KEPT_MAX = 10_000;
/** Entries per script call, during which Redis serves nothing else. */
const BATCH_MAX = 1000;

/** Called for each entry of the stream, this instance's own included, so that all instances end with the last one. */
type Hear = (key: string, id: string, seconds: number, nowMs: number) => void;

/**
 * Shares affinities among instances by a stream in Redis, which each appends to and reads on from where it was. An instance that starts
 * later reads what is still in it.
 */
export class AffinityExchange {
  readonly #redis: Redis;
  readonly #hear: Hear;
  /** Not yet written; the last value per key. */
  readonly #untold = new Map<string, Affinity>();
  #readTo = '0-0';

  constructor(redis: Redis, hear: Hear) {
    this.#redis = redis;
    this.#hear = hear;
  }

  tell(key: string, affinity: Affinity): void {
    if (this.#untold.size < KEPT_MAX || this.#untold.has(key)) this.#untold.set(key, affinity);
  }

  /** Writes what is pending, and reads on. With `looks` it reads also where nothing is pending. */
  async exchange(nowMs: number, looks: boolean): Promise<void> {
    if (this.#untold.size === 0 && !looks) return;
    while ((await this.#exchangeSome(nowMs)) === BATCH_MAX);
  }

  /** out: how many entries were read. */
  async #exchangeSome(nowMs: number): Promise<number> {
    const told = [...this.#untold].slice(0, BATCH_MAX);
    const news = told.flatMap(([key, { id, untilMs }]) => [key, id, String(Math.round(untilMs - nowMs))]);
    const limits = [this.#readTo, String(KEPT_MAX), String(BATCH_MAX)];
    const answer = await this.#redis.run(SHARE_AFFINITIES, [this.#redis.key('stagegate:affinities')], [...limits, ...news]);
    if (!answer.ok || !Array.isArray(answer.value)) return 0;
    for (const [key, affinity] of told) if (this.#untold.get(key) === affinity) this.#untold.delete(key);
    this.#read(answer.value, nowMs);
    return answer.value.length / 4;
  }

  #read(heard: readonly unknown[], nowMs: number): void {
    for (let at = 0; at + 3 < heard.length; at += 4) {
      const [entry, key, id, leftMs] = heard.slice(at, at + 4).map(String);
      this.#readTo = entry ?? this.#readTo;
      // This instance's own pending value is newer.
      if (key === undefined || id === undefined || !(Number(leftMs) > 0) || this.#untold.has(key)) continue;
      this.#hear(key, id, Number(leftMs) / 1000, nowMs);
    }
  }
}
