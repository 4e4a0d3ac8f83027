import type { Clock, Redis, RedisReply, SumWindow, WindowSums } from '../ports/index.ts';
import { periodMs } from '../text/index.ts';
import { MemorySums } from './memory-sums.ts';
import { createSumExchange, type SumExchange, type ToldSum } from './sum-exchange.ts';
import { ADD_TO_SUMS } from './sum-scripts.ts';

/** Sums that several instances share. */
export interface SharedSums extends WindowSums, SumExchange {}

interface ToldWindow extends ToldSum {
  readonly window: SumWindow;
}

/**
 * Sums that are shared through Redis, under the reference's keys. Every question is answered at once by what this process knows: what all
 * had added half a second ago, and what it has added itself. While Redis is away each goes by its own.
 */
export function createSharedSums(options: { readonly redis: Redis; readonly clock: Clock }): SharedSums {
  return new Sums(options);
}

class Sums extends MemorySums implements SharedSums {
  readonly close: SumExchange['close'];
  readonly #clock: Clock;
  readonly #told = new Map<string, ToldWindow>();

  constructor({ redis, clock }: { readonly redis: Redis; readonly clock: Clock }) {
    super(clock);
    this.#clock = clock;
    const exchange = createSumExchange(redis, clock, {
      sums: this.#told,
      script: ADD_TO_SUMS,
      keysOf: ({ window: { key, startKey } }) => [key, startKey],
      valuesOf: ({ window }, told) => this.#valuesOf(window, told),
      repliesPerSum: 2,
      hear: (sum, replies) => this.#hear(sum, replies),
    });
    this.close = exchange.close;
  }

  override read(window: SumWindow): number {
    this.#toldOf(window);
    return super.read(window);
  }

  override add(window: SumWindow, usd: number): void {
    super.add(window, usd);
    this.#toldOf(window).pending += usd;
  }

  #toldOf(window: SumWindow): ToldWindow {
    const known = this.#told.get(window.key);
    if (known !== undefined) {
      known.usedMs = this.#clock.monotonicMs();
      return known;
    }
    const made = { window, pending: 0, usedMs: this.#clock.monotonicMs() };
    this.#told.set(window.key, made);
    return made;
  }

  #valuesOf(window: SumWindow, told: number): readonly string[] {
    const nowMs = this.#clock.monotonicMs();
    const wholeMs = periodMs(window.duration, this.#clock.nowMs());
    const row = this.running(window.key);
    const known = Math.max(0, (row?.usd ?? 0) - told);
    return [told, known, Math.max(1, Math.round((row?.endMs ?? nowMs + wholeMs) - nowMs)), wholeMs].map(String);
  }

  /** What was added here meanwhile is still to be written, but counts already. */
  #hear({ window, pending }: ToldWindow, [total, left]: readonly RedisReply[]): void {
    const [usd, leftMs] = [Number(total), Number(left)];
    if (typeof total !== 'string' || total === '' || !Number.isFinite(usd) || !(leftMs > 0)) {
      if (pending === 0) this.forget(window.key);
      return;
    }
    const row = this.rowOf(window);
    row.usd = usd + pending;
    row.endMs = this.#clock.monotonicMs() + leftMs;
  }
}
