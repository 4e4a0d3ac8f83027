import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { BODY_IDLE_MS, type Deadlines, type Watched } from '@stagegate/gateway-engine/limits';
import type { CallerWatch, FromFront, GoneListener, Prescan, RawCall } from '@stagegate/gateway-engine/ports';

/**
 * A call that came over a socket, and whether its client is still there. A class, not closures: one is made per call, and its methods are
 * shared.
 */
export class NodeCall implements RawCall, CallerWatch, Watched {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly prescan: Prescan | undefined;
  readonly lane = 'hono';
  readonly rule: string | undefined;
  place = -1;
  /** True: the connection closed before the answer was written. */
  aborted = false;
  /** The whole body once it was read, for the lane that takes over a declined call. */
  bytes: Uint8Array | undefined;
  readonly #incoming: IncomingMessage;
  readonly #headers: IncomingHttpHeaders;
  readonly #outgoing: ServerResponse;
  readonly #deadlines: Deadlines;
  #listener: GoneListener | undefined;
  #reading: PromiseWithResolvers<Uint8Array | undefined> | undefined;
  #heardMs = 0;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, front: FromFront | undefined, deadlines: Deadlines) {
    const url = incoming.url ?? '/';
    const mark = url.indexOf('?');
    this.method = incoming.method ?? 'GET';
    this.path = mark === -1 ? url : url.slice(0, mark);
    this.query = mark === -1 ? '' : url.slice(mark + 1);
    this.prescan = front?.prescan;
    this.rule = front?.rule;
    this.bytes = this.prescan?.bytes;
    this.#incoming = incoming;
    this.#headers = incoming.headers;
    this.#outgoing = outgoing;
    this.#deadlines = deadlines;
    outgoing.on('close', () => this.#closed());
  }

  get signal(): CallerWatch {
    return this;
  }

  get peer(): string | undefined {
    return this.#incoming.socket.remoteAddress;
  }

  header(name: string): string | undefined {
    const value = this.#headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  headerNames(): readonly string[] {
    return Object.keys(this.#headers);
  }

  addEventListener(_type: 'abort', listener: GoneListener): void {
    this.#listener = listener;
  }

  removeEventListener(_type: 'abort', listener: GoneListener): void {
    if (this.#listener === listener) this.#listener = undefined;
  }

  readBody(bytesMax: number): Promise<Uint8Array | undefined> {
    const incoming = this.#incoming;
    const reading = Promise.withResolvers<Uint8Array | undefined>();
    this.#reading = reading;
    this.#heardMs = this.#deadlines.watch(this);
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      this.#heardMs = this.#deadlines.nowMs;
      size += chunk.length;
      if (first === undefined) first = chunk;
      else (more ??= [first]).push(chunk);
      if (size <= bytesMax) return;
      incoming.removeAllListeners('data').pause();
      this.#finish(undefined);
    });
    incoming.on('end', () => this.#finish(more === undefined ? (first ?? EMPTY) : Buffer.concat(more, size)));
    return reading.promise;
  }

  look(isOver: (sinceMs: number, limitMs: number) => boolean): void {
    if (isOver(this.#heardMs, BODY_IDLE_MS)) this.#incoming.destroy();
  }

  #finish(bytes: Uint8Array | undefined): void {
    this.#deadlines.unwatch(this);
    this.bytes = bytes;
    this.#reading?.resolve(bytes);
    this.#reading = undefined;
  }

  #closed(): void {
    if (this.#outgoing.writableFinished) return;
    this.aborted = true;
    this.#deadlines.unwatch(this);
    this.#reading?.reject(new Error('the client broke off'));
    this.#listener?.handleEvent();
  }
}

const EMPTY = new Uint8Array(0);
