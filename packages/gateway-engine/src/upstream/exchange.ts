import type { Dispatcher } from 'undici';
import type { Deadlines, Watched } from '../limits/index.ts';
import type { CallerWatch, GoneListener, UpstreamAnswer, UpstreamFailure, UpstreamTimeouts } from '../ports/index.ts';
import { toFailure } from './to-failure.ts';

type Controller = Dispatcher.DispatchController;
type Verdict = void | 'stop';
type Consume = (chunk: Uint8Array) => Verdict | Promise<Verdict>;

/** Bytes that may wait for their reader before the socket is paused. */
const WAITING_BYTES_MAX = 65_536;

/** The connection that carries a request. */
export interface Carrier {
  /** Answers that it has carried before. */
  answered: number;
}

/** How a request ends: with the head of its answer, a failure, or `stale`: then it may be sent again unnoticed. */
export type Head = UpstreamAnswer | UpstreamFailure | 'stale';

/**
 * One request and its answer, as undici reports them. A handler object, so that there is no stream and no promise per piece between the
 * socket and the reader.
 */
export class Exchange implements Dispatcher.DispatchHandler, UpstreamAnswer, Watched, GoneListener {
  status = 0;
  place = -1;
  headers: Readonly<Record<string, string>> = {};
  readonly #deadlines: Deadlines;
  readonly #timeouts: UpstreamTimeouts;
  readonly #signal: CallerWatch;
  readonly #settleHead: (head: Head) => void;
  readonly #startedMs: number;
  /** What is awaited, and since when; undefined while we make the other side wait, so that its silence is our own doing. */
  #phase: 'connect' | 'headers' | 'idle' | undefined = 'connect';
  #sinceMs: number;
  #controller: Controller | undefined;
  #carrier: Carrier | undefined;
  #reused = false;
  /** The first byte of an answer has arrived. */
  #answering = false;
  #headSettled = false;
  #over = false;
  #failure: UpstreamFailure | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #consume: Consume | undefined;
  /** The consumer has asked to wait. */
  #held = false;
  #paused = false;
  #settleBody: PromiseWithResolvers<UpstreamFailure | undefined> | undefined;

  constructor(deadlines: Deadlines, timeouts: UpstreamTimeouts, signal: CallerWatch, settleHead: (head: Head) => void) {
    this.#deadlines = deadlines;
    this.#timeouts = timeouts;
    this.#signal = signal;
    this.#settleHead = settleHead;
    this.#startedMs = deadlines.watch(this);
    this.#sinceMs = this.#startedMs;
    signal.addEventListener('abort', this);
  }

  /** Fails the exchange if something is overdue. */
  look(isOver: (sinceMs: number, limitMs: number) => boolean): void {
    const { connectMs, headersMs, idleMs, totalMs } = this.#timeouts;
    const phase = this.#phase;
    if (isOver(this.#startedMs, totalMs)) this.#expire('total-timeout');
    else if (phase === 'connect' && isOver(this.#sinceMs, connectMs)) this.#expire('connect-timeout');
    else if (phase === 'headers' && isOver(this.#sinceMs, headersMs)) this.#expire('headers-timeout');
    else if (phase === 'idle' && isOver(this.#sinceMs, idleMs)) this.#expire('idle-timeout');
  }

  /** The client went away. */
  handleEvent(): void {
    this.#fail({ kind: 'aborted', message: 'the caller went away' });
  }

  /** Called by the connection that takes the request, before anything of it is sent. */
  carriedBy(carrier: Carrier): void {
    this.#carrier = carrier;
  }

  onRequestStart(controller: Controller): void {
    if (this.#over) return controller.abort(ENDED);
    this.#controller = controller;
    this.#reused = (this.#carrier?.answered ?? 0) > 0;
    this.#enter('headers');
  }

  onResponseStarted(): void {
    this.#answering = true;
  }

  onResponseStart(_controller: Controller, status: number, headers: Record<string, string | string[] | undefined>): void {
    if (status < 200 || this.#over) return;
    this.status = status;
    this.headers = joinRepeated(headers);
    this.#enter('idle');
    this.#head(this);
  }

  onResponseData(_controller: Controller, chunk: Uint8Array): void {
    // Undici flushes its parser with an empty chunk after each pause.
    if (this.#over || chunk.length === 0) return;
    this.#sinceMs = this.#deadlines.nowMs;
    if (this.#consume === undefined || this.#held) this.#keep(chunk);
    else this.#hand(chunk);
  }

  onResponseEnd(): void {
    if (this.#carrier !== undefined) this.#carrier.answered += 1;
    this.#finish(undefined);
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    this.#finish(toFailure(error, this.#controller === undefined));
  }

  readAll(bytesMax: number): Promise<Uint8Array | UpstreamFailure> {
    if (Number(this.headers['content-length'] ?? 0) > bytesMax) return Promise.resolve(this.#tooLarge(bytesMax));
    const only = this.#waiting[0];
    // A short answer comes together with its head, in one piece.
    if (this.#over && this.#failure === undefined && this.#waiting.length === 1 && only !== undefined && only.length <= bytesMax) {
      return Promise.resolve(only);
    }
    return this.#collect(bytesMax);
  }

  async #collect(bytesMax: number): Promise<Uint8Array | UpstreamFailure> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const failure = await this.forEachChunk((chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      return size > bytesMax ? 'stop' : undefined;
    });
    if (failure !== undefined) return failure;
    return size > bytesMax ? this.#tooLarge(bytesMax) : Buffer.concat(chunks, size);
  }

  forEachChunk(consume: Consume): Promise<UpstreamFailure | undefined> {
    this.#settleBody = Promise.withResolvers();
    this.#consume = consume;
    this.#flush();
    return this.#settleBody.promise;
  }

  #enter(phase: 'headers' | 'idle'): void {
    this.#phase = phase;
    this.#sinceMs = this.#deadlines.nowMs;
  }

  #expire(kind: Extract<UpstreamFailure['kind'], `${string}-timeout`>): void {
    this.#fail({ kind, message: `nothing came in time (${kind})` });
  }

  #keep(chunk: Uint8Array): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#pause();
  }

  /** Hands over what has waited. When all of it is taken, lets more come, or reports the end. */
  #flush(): void {
    while (!this.#held && this.#consume !== undefined) {
      const chunk = this.#waiting.shift();
      if (chunk === undefined) break;
      this.#waitingBytes -= chunk.length;
      this.#hand(chunk);
    }
    if (this.#held || this.#consume === undefined) return;
    if (this.#over) this.#settle(this.#failure);
    else this.#resume();
  }

  #hand(chunk: Uint8Array): void {
    try {
      const verdict = this.#consume?.(chunk);
      if (verdict === undefined) return;
      if (verdict === 'stop') this.#stop();
      else this.#hold(verdict);
    } catch (bug) {
      this.#break(bug);
    }
  }

  #hold(settled: Promise<Verdict>): void {
    this.#held = true;
    this.#pause();
    settled.then(
      (verdict) => {
        this.#held = false;
        if (verdict === 'stop') this.#stop();
        else this.#flush();
      },
      (bug: unknown) => this.#break(bug),
    );
  }

  #pause(): void {
    this.#paused = true;
    this.#phase = undefined;
    this.#controller?.pause();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#enter('idle');
    this.#controller?.resume();
  }

  #stop(): void {
    this.#settle(undefined);
    this.#abort();
  }

  #break(bug: unknown): void {
    this.#settleBody?.reject(bug);
    this.#consume = undefined;
    this.#abort();
  }

  #tooLarge(bytesMax: number): UpstreamFailure {
    this.#abort();
    return { kind: 'too-large', message: `the answer is larger than ${bytesMax} bytes` };
  }

  #fail(failure: UpstreamFailure): void {
    if (this.#over) return;
    this.#finish(failure);
    this.#controller?.abort(ENDED);
  }

  #abort(): void {
    this.#close();
    this.#controller?.abort(ENDED);
  }

  #finish(failure: UpstreamFailure | undefined): void {
    if (this.#over) return;
    this.#close();
    this.#failure = failure;
    if (!this.#headSettled) {
      const stale = failure?.kind === 'reset' && this.#reused && !this.#answering;
      this.#head(stale ? 'stale' : (failure ?? { kind: 'reset', message: 'the connection ended without an answer' }));
      return;
    }
    // Nothing reads what is still waiting.
    if (failure?.kind === 'aborted') this.#settle(failure);
    else this.#flush();
  }

  #close(): void {
    this.#over = true;
    this.#deadlines.unwatch(this);
    this.#signal.removeEventListener('abort', this);
  }

  #head(head: Head): void {
    this.#headSettled = true;
    this.#settleHead(head);
  }

  #settle(failure: UpstreamFailure | undefined): void {
    this.#consume = undefined;
    this.#waiting = [];
    this.#settleBody?.resolve(failure);
  }
}

const ENDED = new Error('the exchange was ended on this side');

/** Joins repeated headers. Nearly always there are none, and the same object is given back. */
function joinRepeated(headers: Record<string, string | string[] | undefined>): Readonly<Record<string, string>> {
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(', ');
  }
  return headers as Record<string, string>;
}
