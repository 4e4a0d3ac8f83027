/** How often the limits are checked, milliseconds. */
const TICK_MS = 50;

/** Something with time limits of its own. */
export interface Watched {
  /** Its place in the list, kept by Deadlines; -1 while it is not watched. */
  place: number;
  /** Called on each tick with a test: has a limit (milliseconds, 0 for none) passed on something that began at `sinceMs`? */
  readonly look: (isOver: (sinceMs: number, limitMs: number) => boolean) => void;
}

/**
 * Time limits of many things at once, on one timer: to watch one costs an entry in a list, not a timer of its own.
 *
 * A limit is never cut short, and noticed within 2 × TICK_MS after it has passed. The clock is the timer's own, as old as
 * its last tick: reading it costs nothing.
 *
 * The list is an array from which the last fills a gap. A Set would do the same for less code, but every time it grows it
 * leaves a table behind that keeps what was in it alive until the next full collection (measured: twice the CPU of a call).
 */
export class Deadlines {
  /** Monotonic, milliseconds. */
  nowMs = 0;
  readonly #watched: Watched[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Starts to watch; gives the time of that. */
  watch(watched: Watched): number {
    watched.place = this.#watched.push(watched) - 1;
    if (this.#timer === undefined) {
      this.nowMs = performance.now();
      this.#timer = setInterval(() => this.#tick(), TICK_MS);
    }
    return this.nowMs;
  }

  unwatch(watched: Watched): void {
    const { place } = watched;
    if (place === -1) return;
    watched.place = -1;
    const last = this.#watched.pop();
    if (last === undefined || last === watched) return;
    last.place = place;
    this.#watched[place] = last;
  }

  #tick(): void {
    this.nowMs = performance.now();
    if (this.#watched.length === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const { nowMs } = this;
    const isOver = (sinceMs: number, limitMs: number): boolean => limitMs > 0 && nowMs - sinceMs >= limitMs + TICK_MS;
    // Backwards: an entry that leaves during the walk is replaced by the last one, which was visited already.
    for (let at = this.#watched.length - 1; at >= 0; at -= 1) this.#watched[at]?.look(isOver);
  }
}
