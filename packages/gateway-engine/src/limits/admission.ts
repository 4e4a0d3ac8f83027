import type { ServerResponse } from 'node:http';
import type { AdmissionSettings, NodeListener } from '../ports/index.ts';

/** Whoever asks how the gateway is must be told when it is busy too. Source: LiteLLM 1.106.2, admission_control_middleware.py. */
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

/** How many calls one process has under way, of everybody together; those above wait for a while, and as many as may. */
export class Admission {
  #settings: AdmissionSettings | undefined;
  #running = 0;
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>();

  /** What holds from now on; undefined: any number. */
  follow(settings: AdmissionSettings | undefined): void {
    this.#settings = settings;
    this.#letIn();
  }

  /** A listener that is asked only for calls that are let in; the others get a 503 in the reference's words. */
  guard(listener: NodeListener): NodeListener {
    return (incoming, outgoing, front) => {
      const settings = this.#settings;
      if (settings === undefined || ALWAYS.has(incoming.url?.split('?', 1)[0] ?? '')) return listener(incoming, outgoing, front);
      const run = (): void => listener(incoming, outgoing, front);
      if (this.#running < settings.runningMax) this.#start(outgoing, run);
      else if (this.#waiting.size < settings.waitingMax) this.#wait(outgoing, run, settings.waitMs);
      else this.#refuse(outgoing);
    };
  }

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
    const message = `Worker at capacity: ${this.#running} in-flight, ${this.#waiting.size} queued requests. Retry later.`;
    outgoing.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' });
    outgoing.end(JSON.stringify({ error: { message, type: 'overloaded_error', code: '503' } }));
  }
}
