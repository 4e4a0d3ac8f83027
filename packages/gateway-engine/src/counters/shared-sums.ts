import type { Clock, Redis, SumWindow, WindowSums } from '../ports/index.ts';
import { periodMs } from '../text/index.ts';
import { MemorySums } from './memory-sums.ts';
import { settled } from './settled.ts';
import { ADD_TO_SUMS } from './sum-scripts.ts';

/** What was added is told this often … */
const TELL_MS = 100;
/** … and what others have added is looked for each so many times. */
const TELLS_PER_LOOK = 4;
/** A sum that nobody asked for so long is not looked for. */
const IDLE_MS = 60_000;
/** Of one script call: Redis serves nobody else meanwhile. */
const SUMS_MAX = 500;

/** Sums that several instances share. */
export interface SharedSums extends WindowSums {
  /** Tells what there is to tell, once. */
  readonly close: () => Promise<void>;
}

/** One sum, as far as Redis is concerned. */
interface Shared {
  readonly window: SumWindow;
  /** What Redis has not been told, USD. */
  pending: number;
  usedMs: number;
}

/**
 * Sums of one process that tell the others, and hear of them, through Redis, under the reference's keys. Whoever asks is answered at once by
 * what this process knows: what all have added until half a second ago, and what it has added itself. While Redis is away each goes by its own.
 */
export function createSharedSums(options: { readonly redis: Redis; readonly clock: Clock }): SharedSums {
  return new Sums(options);
}

class Sums extends MemorySums implements SharedSums {
  readonly #redis: Redis;
  readonly #clock: Clock;
  readonly #shared = new Map<string, Shared>();
  readonly #timer: NodeJS.Timeout;
  #ticks = 0;
  #busy = false;

  constructor({ redis, clock }: { readonly redis: Redis; readonly clock: Clock }) {
    super(clock);
    this.#redis = redis;
    this.#clock = clock;
    this.#timer = setInterval(() => void this.#tick(), TELL_MS);
    this.#timer.unref();
  }

  override read(window: SumWindow): number {
    this.#sharedOf(window);
    return super.read(window);
  }

  override add(window: SumWindow, usd: number): void {
    super.add(window, usd);
    this.#sharedOf(window).pending += usd;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#redis.state() === 'ready') await this.#exchange(false);
  }

  #sharedOf(window: SumWindow): Shared {
    const known = this.#shared.get(window.key);
    if (known !== undefined) {
      known.usedMs = this.#clock.monotonicMs();
      return known;
    }
    const made = { window, pending: 0, usedMs: this.#clock.monotonicMs() };
    this.#shared.set(window.key, made);
    return made;
  }

  async #tick(): Promise<void> {
    if (this.#busy || this.#redis.state() !== 'ready') return;
    this.#busy = true;
    const looks = this.#ticks % TELLS_PER_LOOK === 0;
    this.#ticks += 1;
    await this.#exchange(looks);
    this.#busy = false;
  }

  async #exchange(looks: boolean): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const due: Shared[] = [];
    for (const [key, shared] of this.#shared) {
      if (shared.pending !== 0 || (looks && nowMs - shared.usedMs < IDLE_MS)) due.push(shared);
      else if (nowMs - shared.usedMs >= IDLE_MS) this.#shared.delete(key);
    }
    for (let start = 0; start < due.length; start += SUMS_MAX) await this.#send(due.slice(start, start + SUMS_MAX), nowMs);
  }

  async #send(due: readonly Shared[], nowMs: number): Promise<void> {
    const told = due.map(({ pending }) => pending);
    for (const shared of due) shared.pending = 0;
    const values = due.flatMap(({ window }, index) => {
      const row = this.running(window.key);
      const wholeMs = periodMs(window.duration, this.#clock.nowMs());
      const known = Math.max(0, (row?.usd ?? 0) - (told[index] ?? 0));
      return [told[index] ?? 0, known, Math.max(1, Math.round((row?.endMs ?? nowMs + wholeMs) - nowMs)), wholeMs].map(String);
    });
    const keys = due.flatMap(({ window }) => [this.#redis.key(window.key), this.#redis.key(window.startKey)]);
    const first = await this.#redis.run(ADD_TO_SUMS, keys, values);
    const answer = await settled(first);
    if (!answer.ok) {
      // What was asked for in time may have been added, and is not added again.
      if (first.ok || first.error.kind !== 'hung') for (const [index, shared] of due.entries()) shared.pending += told[index] ?? 0;
      return;
    }
    const found = Array.isArray(answer.value) ? answer.value : [];
    for (const [index, shared] of due.entries()) this.#hear(shared, String(found[index * 2]), Number(found[index * 2 + 1]));
  }

  /** What was added here meanwhile is still to be told, and counts already. */
  #hear({ window, pending }: Shared, total: string, leftMs: number): void {
    const usd = Number(total);
    if (total === '' || !Number.isFinite(usd) || !(leftMs > 0)) {
      if (pending === 0) this.forget(window.key);
      return;
    }
    const row = this.rowOf(window);
    row.usd = usd + pending;
    row.endMs = this.#clock.monotonicMs() + leftMs;
  }
}
