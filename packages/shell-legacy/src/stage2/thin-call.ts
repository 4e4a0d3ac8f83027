import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Deadlines } from '@stagegate/gateway-engine/limits';
import type { CallerWatch, FromFront, GoneListener, Prescan, RawCall } from '@stagegate/gateway-engine/ports';
import { readBody } from '../node/read-body.ts';

/**
 * A call on Node's objects, as the engine reads it, and whether its client is still there. A class, not closures: one is
 * made per call, and its methods are shared.
 */
export class ThinCall implements RawCall, CallerWatch {
  readonly lane = 'legacy-thin';
  readonly rule: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly prescan: Prescan | undefined;
  /** The connection closed before the answer was out. */
  aborted = false;
  /** The whole body, once it has been read, for the lane that takes over a declined call. */
  bytes: Uint8Array | undefined;
  readonly #incoming: IncomingMessage;
  readonly #deadlines: Deadlines;
  #listener: GoneListener | undefined;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, front: FromFront | undefined, deadlines: Deadlines) {
    const target = incoming.url ?? '/';
    const mark = target.indexOf('?');
    this.method = incoming.method ?? 'GET';
    this.path = mark === -1 ? target : target.slice(0, mark);
    this.query = mark === -1 ? '' : target.slice(mark + 1);
    this.prescan = front?.prescan;
    this.rule = front?.rule;
    this.bytes = this.prescan?.bytes;
    this.#incoming = incoming;
    this.#deadlines = deadlines;
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) this.#gone();
    });
  }

  get signal(): CallerWatch {
    return this;
  }

  get peer(): string | undefined {
    return this.#incoming.socket.remoteAddress;
  }

  addEventListener(_type: 'abort', listener: GoneListener): void {
    this.#listener = listener;
  }

  removeEventListener(_type: 'abort', listener: GoneListener): void {
    if (this.#listener === listener) this.#listener = undefined;
  }

  header(name: string): string | undefined {
    const value = this.#incoming.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  headerNames(): readonly string[] {
    return Object.keys(this.#incoming.headers);
  }

  async readBody(bytesMax: number): Promise<Uint8Array | undefined> {
    this.bytes = await readBody(this.#incoming, bytesMax, this.#deadlines);
    return this.bytes;
  }

  #gone(): void {
    this.aborted = true;
    this.#listener?.handleEvent();
  }
}
