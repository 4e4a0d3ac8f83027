import type { UpstreamFailure, UpstreamTimeouts } from '../ports/index.ts';

type Phase = 'connect' | 'headers' | 'idle';
type Expired = Extract<UpstreamFailure['kind'], `${string}-timeout`>;

/** Longer ones overflow Node's timers, which then fire at once. */
const DELAY_MS_MAX = 2_147_483_647;

/**
 * All limits of one exchange on one timer. It is set once, to the shortest of them, and looks when it fires what is really
 * due: entering a phase and receiving a piece cost a clock reading, not a timer.
 */
export class PhaseTimer {
  readonly #timeouts: UpstreamTimeouts;
  readonly #expire: (kind: Expired) => void;
  readonly #startedMs = performance.now();
  #phase: Phase = 'connect';
  #sinceMs = this.#startedMs;
  #suspended = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeouts: UpstreamTimeouts, expire: (kind: Expired) => void) {
    this.#timeouts = timeouts;
    this.#expire = expire;
    this.#arm(this.#startedMs);
  }

  enter(phase: Phase): void {
    this.#phase = phase;
    this.#suspended = false;
    this.#sinceMs = performance.now();
  }

  /** Something came: the phase begins anew. */
  touch(): void {
    this.#sinceMs = performance.now();
  }

  /** Nothing is expected until the next `enter`; only the limit on the whole still runs. */
  suspend(): void {
    this.#suspended = true;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** To the earliest moment at which any limit could be due, also one of a phase that would begin right now. */
  #arm(nowMs: number): void {
    const { connectMs, headersMs, idleMs, totalMs } = this.#timeouts;
    const { [this.#phase]: phaseMs } = { connect: connectMs, headers: headersMs, idle: idleMs };
    const delayMs = Math.min(
      this.#suspended || phaseMs === 0 ? Infinity : phaseMs - (nowMs - this.#sinceMs),
      totalMs === 0 ? Infinity : totalMs - (nowMs - this.#startedMs),
      headersMs === 0 ? Infinity : headersMs,
      idleMs === 0 ? Infinity : idleMs,
      DELAY_MS_MAX,
    );
    this.#timer = setTimeout(() => this.#look(), Math.max(1, Math.ceil(delayMs)));
  }

  #look(): void {
    const nowMs = performance.now();
    const { connectMs, headersMs, idleMs, totalMs } = this.#timeouts;
    if (totalMs !== 0 && nowMs - this.#startedMs >= totalMs) return this.#expire('total-timeout');
    const { [this.#phase]: phaseMs } = { connect: connectMs, headers: headersMs, idle: idleMs };
    if (!this.#suspended && phaseMs !== 0 && nowMs - this.#sinceMs >= phaseMs) return this.#expire(`${this.#phase}-timeout`);
    this.#arm(nowMs);
  }
}
