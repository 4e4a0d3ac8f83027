const SLICE_MS = 1000;
const SLICES = 10;
/** Retries as a part of the calls of the last ten seconds … */
const RATIO = 0.2;
/** … plus this many per second, so that a quiet gateway may retry, too. */
const PER_SECOND = 10;

/**
 * Limits retries over all groups and calls to a fifth of the calls plus ten per second. When every provider is down, more retries would
 * only keep them down.
 *
 * Counted in ten slices of a second: over any whole number of windows there are never more retries than 0.2 × calls + 10 × seconds. source:
 * finagle.github.io/blog/2016/02/08/retry-budgets.
 */
export class RetryBudget {
  readonly #calls = new Float64Array(SLICES);
  readonly #retries = new Float64Array(SLICES);
  #newest = 0;
  #callsSum = 0;
  #retriesSum = 0;

  countCall(nowMs: number): void {
    const at = this.#slice(nowMs);
    this.#calls[at] = (this.#calls[at] ?? 0) + 1;
    this.#callsSum += 1;
  }

  /** Takes one retry if there is one left. */
  take(nowMs: number): boolean {
    const at = this.#slice(nowMs);
    if (this.#retriesSum + 1 > RATIO * this.#callsSum + PER_SECOND * SLICES) return false;
    this.#retries[at] = (this.#retries[at] ?? 0) + 1;
    this.#retriesSum += 1;
    return true;
  }

  /** The index of the running slice. Slices that have passed are emptied; a clock that goes back counts into the newest. */
  #slice(nowMs: number): number {
    const now = Math.max(Math.floor(nowMs / SLICE_MS), this.#newest);
    for (let slice = Math.max(this.#newest + 1, now - SLICES + 1); slice <= now; slice += 1) this.#clear(slice % SLICES);
    this.#newest = now;
    return now % SLICES;
  }

  #clear(at: number): void {
    this.#callsSum -= this.#calls[at] ?? 0;
    this.#retriesSum -= this.#retries[at] ?? 0;
    this.#calls[at] = 0;
    this.#retries[at] = 0;
  }
}
