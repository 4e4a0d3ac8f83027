import type { ServerResponse } from 'node:http';
import type { AdmissionSettings, Backlog, NodeListener } from '../ports/index.ts';

/** Health checks get an answer also while the gateway is busy. Source: LiteLLM 1.106.2, admission_control_middleware.py. */
const ALWAYS: ReadonlySet<string> = new Set([
  '/health/liveliness',
  '/health/liveness',
  '/health/readiness',
  '/health/readiness/details',
  '/health/backlog',
  '/health/drain',
  '/metrics',
  '/metrics/',
]);

/** Limits how many calls one process runs at once, whoever makes them. A limited number of calls above that waits for a while. */
export class Admission {
  #settings: AdmissionSettings | undefined;
  /** Every call that has come and is not over. */
  #inFlight = 0;
  /** Those of them that were let in while there was a limit. */
  #running = 0;
  #refused = 0;
  #isClosing = false;
  #drains = false;
  /** Called each time a call is over, while somebody drains. */
  #onOver: (() => void) | undefined;
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>();

  /** Sets the limits from now on; undefined: none. */
  follow(settings: AdmissionSettings | undefined): void {
    this.#settings = settings;
    this.#letIn();
  }

  /** Whether the process is about to stop. It still takes calls, since those who send them need time to notice. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** From now on the health routes say that no more calls should be sent here. */
  leave(): void {
    this.#isClosing = true;
  }

  /** The calls there are now, including the one that asks. */
  backlog(): Backlog {
    return { inFlight: this.#inFlight, running: this.#running, waiting: this.#waiting.size, refused: this.#refused };
  }

  /**
   * Leaves, and waits until no call is left but the one that waits, or `waitMs` have passed. out: how many ended meanwhile. A second drain
   * gives 0 at once. Source: LiteLLM 1.106.2, graceful_shutdown_manager.py.
   */
  async drain(waitMs: number): Promise<number> {
    this.leave();
    if (this.#drains) return 0;
    this.#drains = true;
    const before = this.#inFlight;
    if (before > 1) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        this.#onOver = () => {
          if (this.#inFlight > 1) return;
          clearTimeout(timer);
          resolve();
        };
      });
      this.#onOver = undefined;
    }
    return Math.max(0, before - this.#inFlight);
  }

  /** Wraps a listener so that it gets only calls that are let in. The others get a 503 in the reference's words. */
  guard(listener: NodeListener): NodeListener {
    return (incoming, outgoing, front) => {
      this.#inFlight += 1;
      outgoing.on('close', this.#over);
      const settings = this.#settings;
      if (settings === undefined || ALWAYS.has(incoming.url?.split('?', 1)[0] ?? '')) return listener(incoming, outgoing, front);
      const run = (): void => listener(incoming, outgoing, front);
      if (this.#running < settings.runningMax) this.#start(outgoing, run);
      else if (this.#waiting.size < settings.waitingMax) this.#wait(outgoing, run, settings.waitMs);
      else this.#refuse(outgoing);
    };
  }

  /** Shared by all calls, so that none allocates a listener of its own. */
  readonly #over = (): void => {
    this.#inFlight -= 1;
    this.#onOver?.();
  };

  #start(outgoing: ServerResponse, run: () => void): void {
    this.#running += 1;
    outgoing.once('close', () => {
      this.#running -= 1;
      this.#letIn();
    });
    run();
  }

  #wait(outgoing: ServerResponse, run: () => void, waitMs: number): void {
    const leave = (): void => {
      clearTimeout(timer);
      outgoing.off('close', leave);
      this.#waiting.delete(begin);
    };
    const begin = (): void => {
      leave();
      this.#start(outgoing, run);
    };
    const timer = setTimeout(() => {
      leave();
      this.#refuse(outgoing);
    }, waitMs);
    outgoing.once('close', leave);
    this.#waiting.add(begin);
  }

  #letIn(): void {
    for (const begin of this.#waiting) {
      if (this.#running >= (this.#settings?.runningMax ?? Infinity)) return;
      begin();
    }
  }

  #refuse(outgoing: ServerResponse): void {
    this.#refused += 1;
    const message = `Worker at capacity: ${this.#running} in-flight, ${this.#waiting.size} queued requests. Retry later.`;
    outgoing.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' });
    outgoing.end(JSON.stringify({ error: { message, type: 'overloaded_error', code: '503' } }));
  }
}
