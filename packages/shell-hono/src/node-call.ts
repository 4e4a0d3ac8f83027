import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Prescan, RawCall } from '@stagegate/gateway-engine/ports';

/** Silence between two pieces of a body, at most: a client that drips holds a socket and no more. */
const BODY_IDLE_MS = 30_000;

/** A call that came over a socket. A class, not closures: one is made per call, and its methods are shared. */
export class NodeCall implements RawCall {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly prescan: Prescan | undefined;
  readonly lane = 'hono';
  /** The whole body, once it was read: for whoever takes the call over. */
  bytes: Uint8Array | undefined;
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  #abort: AbortController | undefined;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, prescan: Prescan | undefined) {
    const url = incoming.url ?? '/';
    const mark = url.indexOf('?');
    this.method = incoming.method ?? 'GET';
    this.path = mark === -1 ? url : url.slice(0, mark);
    this.query = mark === -1 ? '' : url.slice(mark + 1);
    this.prescan = prescan;
    this.bytes = prescan?.bytes;
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  /** Aborts when the connection closes before the answer is out. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      const outgoing = this.#outgoing;
      this.#abort = abort;
      outgoing.once('close', () => {
        if (!outgoing.writableFinished) abort.abort();
      });
      if (outgoing.destroyed) abort.abort();
    }
    return this.#abort.signal;
  }

  header(name: string): string | undefined {
    const value = this.#incoming.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  headerNames(): readonly string[] {
    return Object.keys(this.#incoming.headers);
  }

  async readBody(bytesMax: number): Promise<Uint8Array | undefined> {
    this.bytes = await readAll(this.#incoming, bytesMax);
    return this.bytes;
  }
}

/** Reads to the end; undefined, and paused, when there is more than `bytesMax`; rejects when the client breaks off or falls silent. */
function readAll(incoming: IncomingMessage, bytesMax: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    let size = 0;
    const timer = setTimeout(() => incoming.destroy(new Error('the body came too slowly')), BODY_IDLE_MS);
    incoming.on('data', (chunk: Buffer) => {
      timer.refresh();
      size += chunk.length;
      if (first === undefined) first = chunk;
      else (more ??= [first]).push(chunk);
      if (size <= bytesMax) return;
      clearTimeout(timer);
      incoming.removeAllListeners('data').pause();
      resolve(undefined);
    });
    incoming.on('end', () => {
      clearTimeout(timer);
      resolve(more === undefined ? (first ?? EMPTY) : Buffer.concat(more, size));
    });
    incoming.on('close', () => {
      clearTimeout(timer);
      reject(new Error('the client broke off'));
    });
    incoming.on('error', reject);
  });
}

const EMPTY = new Uint8Array(0);
