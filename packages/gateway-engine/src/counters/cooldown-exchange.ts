import type { Clock, Redis } from '../ports/index.ts';
import { COOL, READ_COOLDOWNS, TAKE_PROBE } from './scripts.ts';

/** News of a deployment: it cools down, or has recovered. */
export type CooldownNews = { readonly seconds: number; readonly untilMs: number } | 'well';

/** Called with what others have written. */
export interface CooldownListener {
  /** `untilMs` is on this process's monotonic clock. */
  readonly cooled: (id: string, seconds: number, untilMs: number) => void;
  readonly well: (id: string) => void;
  /** The probe was granted to this instance. */
  readonly granted: (id: string) => void;
  /** Those of them that are half open here. */
  readonly halfOpen: (ids: readonly string[]) => readonly string[];
}

/** Deployments per script call. */
const KEYS_MAX = 1000;
/** A granted probe that no call uses within this time is released. */
const UNUSED_PROBE_MS = 1000;
/** How long a probe under way keeps others away, as within one process. */
const PROBE_MS = 10_000;
/** How long after its cooldown a deployment without calls stays half open. */
const HALF_OPEN_MS = 3_600_000;
/** A probe that another instance has is not asked for again before this. */
const ASK_AGAIN_MS = 50;

/**
 * Cooldowns in Redis, each under the reference's key with the reference's value, so that both see each other's. Beside it, under keys of
 * ours: that the deployment is half open afterwards, and who has its one probe.
 *
 * source: LiteLLM 1.106.2, router_utils/cooldown_cache.py.
 */
export class CooldownExchange {
  readonly #redis: Redis;
  readonly #clock: Clock;
  readonly #instance: string;
  readonly #listener: CooldownListener;
  readonly #untold = new Map<string, CooldownNews>();
  readonly #probes = new Map<string, number>();
  readonly #askedMs = new Map<string, number>();
  #ids: readonly string[] = [];
  #telling: Promise<void> | undefined;

  constructor(redis: Redis, clock: Clock, instance: string, listener: CooldownListener) {
    this.#redis = redis;
    this.#clock = clock;
    this.#instance = instance;
    this.#listener = listener;
  }

  follow(ids: readonly string[]): void {
    this.#ids = ids;
    const known = new Set(ids);
    for (const kept of [this.#untold, this.#probes, this.#askedMs]) for (const id of kept.keys()) if (!known.has(id)) kept.delete(id);
  }

  /** Writes the news at once; if that fails, as soon as Redis is back, if it still holds then. */
  tell(id: string, news: CooldownNews): void {
    this.#untold.set(id, news);
    this.#probes.delete(id);
    void this.tellAll();
  }

  /** One after the other, so that the last news of a deployment wins. */
  tellAll(): Promise<void> {
    this.#telling ??= this.#tellEach().finally(() => {
      this.#telling = undefined;
    });
    return this.#telling;
  }

  /** Whether this instance has the probe. */
  mayProbe(id: string, nowMs: number): boolean {
    return (this.#probes.get(id) ?? 0) > nowMs;
  }

  /** Asks for the probe on behalf of the next call: the current one does not wait. */
  askForProbe(id: string, nowMs: number): void {
    if ((this.#askedMs.get(id) ?? 0) > nowMs - ASK_AGAIN_MS) return;
    this.#askedMs.set(id, nowMs);
    void this.#takeProbe(id, nowMs);
  }

  /** The probe has begun. */
  keepProbe(id: string): void {
    this.#probes.delete(id);
    void this.#redis.send(['SET', this.#keysOf(id)[2], this.#instance, 'PX', String(PROBE_MS)]);
  }

  /** The probe ended without a verdict: the next call of any instance may take it. */
  dropProbe(id: string): void {
    void this.#redis.send(['DEL', this.#keysOf(id)[2]]);
  }

  /** Reads what others have written since. */
  async look(): Promise<void> {
    for (let start = 0; start < this.#ids.length; start += KEYS_MAX) await this.#lookAt(this.#ids.slice(start, start + KEYS_MAX));
    for (const id of this.#listener.halfOpen(this.#ids)) {
      const answer = await this.#redis.send(['EXISTS', this.#keysOf(id)[1]]);
      if (answer.ok && answer.value === 0 && !this.#untold.has(id)) this.#listener.well(id);
    }
  }

  async #lookAt(ids: readonly string[]): Promise<void> {
    const answer = await this.#redis.run(
      READ_COOLDOWNS,
      ids.map((id) => this.#keysOf(id)[0]),
      [],
    );
    if (!answer.ok || !Array.isArray(answer.value)) return;
    const nowMs = this.#clock.monotonicMs();
    for (let at = 0; at < answer.value.length; at += 3) {
      const [number, leftMs, kept] = answer.value.slice(at, at + 3);
      const id = ids[Number(number) - 1];
      const left = Number(leftMs);
      // This instance's own pending news is newer.
      if (id === undefined || !(left > 0) || this.#untold.has(id)) continue;
      this.#listener.cooled(id, readSeconds(String(kept)) ?? left / 1000, nowMs + left);
    }
  }

  async #tellEach(): Promise<void> {
    for (const [id, news] of this.#untold) {
      const told = await this.#tellOne(id, news);
      if (!told) return;
      if (this.#untold.get(id) === news) this.#untold.delete(id);
    }
  }

  /** out: whether it was written, or need not be any more. */
  async #tellOne(id: string, news: CooldownNews): Promise<boolean> {
    const keys = this.#keysOf(id);
    if (news === 'well') return (await this.#redis.send(['DEL', ...keys])).ok;
    const leftMs = Math.round(news.untilMs - this.#clock.monotonicMs());
    if (leftMs <= 0) return true;
    const kept = JSON.stringify({
      exception_received: '',
      status_code: '',
      timestamp: this.#clock.nowMs() / 1000,
      cooldown_time: news.seconds,
    });
    return (await this.#redis.run(COOL, keys, [kept, String(leftMs), String(leftMs + HALF_OPEN_MS)])).ok;
  }

  async #takeProbe(id: string, nowMs: number): Promise<void> {
    const answer = await this.#redis.run(TAKE_PROBE, this.#keysOf(id), [this.#instance, String(UNUSED_PROBE_MS)]);
    // News that came in meanwhile are newer than the answer.
    if (!answer.ok || this.#untold.has(id)) return;
    if (answer.value === 'well') this.#listener.well(id);
    if (answer.value !== 'yours') return;
    this.#probes.set(id, nowMs + UNUSED_PROBE_MS);
    this.#listener.granted(id);
  }

  /** The keys of cooldown, half open, and probe. */
  #keysOf(id: string): readonly [string, string, string] {
    const redis = this.#redis;
    return [redis.key(`deployment:${id}:cooldown`), redis.key(`stagegate:${id}:half_open`), redis.key(`stagegate:${id}:probe`)];
  }
}

/** The length of a cooldown, as the reference stored it: JSON, or a Python literal. */
function readSeconds(kept: string): number | undefined {
  const text = /['"]cooldown_time['"]:\s*(\d+(?:\.\d+)?)/u.exec(kept)?.[1];
  return text === undefined ? undefined : Number(text);
}
