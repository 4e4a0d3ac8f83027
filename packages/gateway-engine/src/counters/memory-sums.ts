import type { Clock, SumWindow, WindowSums } from '../ports/index.ts';
import { periodMs } from '../text/index.ts';

const SWEEP_MS = 60_000;

/** What is known of one window's sum. */
export interface WindowSum {
  readonly window: SumWindow;
  usd: number;
  /** Monotonic. */
  endMs: number;
}

/**
 * Makes sums of one process.
 *
 * cost: one look-up per call. Memory: a row for each running window.
 */
export function createMemorySums(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): WindowSums {
  return new MemorySums(clock);
}

/** The sums of one process as a class, on which shared sums build. */
export class MemorySums implements WindowSums {
  readonly #clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  readonly #sums = new Map<string, WindowSum>();
  #sweptMs = 0;

  constructor(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>) {
    this.#clock = clock;
  }

  read(window: SumWindow): number {
    return this.running(window.key)?.usd ?? 0;
  }

  endsMs(window: SumWindow): number | undefined {
    const running = this.running(window.key);
    return running && this.#clock.nowMs() + running.endMs - this.#clock.monotonicMs();
  }

  add(window: SumWindow, usd: number): void {
    if (usd !== 0) this.rowOf(window).usd += usd;
  }

  /** The sum of a window that is not over; undefined where none runs. */
  protected running(key: string): WindowSum | undefined {
    const known = this.#sums.get(key);
    return known === undefined || known.endMs <= this.#clock.monotonicMs() ? undefined : known;
  }

  /** The same; where none runs, a new one begins. */
  protected rowOf(window: SumWindow): WindowSum {
    const running = this.running(window.key);
    if (running !== undefined) return running;
    const nowMs = this.#clock.monotonicMs();
    const made = { window, usd: 0, endMs: nowMs + periodMs(window.duration, this.#clock.nowMs()) };
    this.#sums.set(window.key, made);
    this.#sweep(nowMs);
    return made;
  }

  protected forget(key: string): void {
    this.#sums.delete(key);
  }

  #sweep(nowMs: number): void {
    if (nowMs - this.#sweptMs < SWEEP_MS) return;
    this.#sweptMs = nowMs;
    for (const [key, { endMs }] of this.#sums) if (endMs <= nowMs) this.#sums.delete(key);
  }
}
