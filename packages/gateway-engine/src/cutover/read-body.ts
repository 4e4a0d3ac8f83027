import type { IncomingMessage } from 'node:http';
import { BODY_IDLE_MS, type Deadlines, type Watched } from '../limits/index.ts';

/** A body, as far as it was read. */
export interface BodyRead {
  readonly bytes: Uint8Array;
  /** False when it is longer than the limit: then `bytes` is longer than the limit, and the rest is unread. */
  readonly whole: boolean;
}

/** Called once, with what was read; with undefined when the client broke off or fell silent. */
export type TellBody = (read: BodyRead | undefined) => void;

/** Reads a call's body, at most a little over `bytesMax`. A body over the limit is left paused with its rest unread. */
export function readNodeBody(incoming: IncomingMessage, bytesMax: number, deadlines: Deadlines, tell: TellBody): void {
  new NodeBodyReader(incoming, deadlines, tell).start(bytesMax);
}

/** A class, not closures: one is made per call. */
class NodeBodyReader implements Watched {
  place = -1;
  readonly #incoming: IncomingMessage;
  readonly #deadlines: Deadlines;
  #tell: TellBody | undefined;
  #first: Buffer | undefined;
  #more: Buffer[] | undefined;
  #size = 0;
  #heardMs = 0;

  constructor(incoming: IncomingMessage, deadlines: Deadlines, tell: TellBody) {
    this.#incoming = incoming;
    this.#deadlines = deadlines;
    this.#tell = tell;
  }

  start(bytesMax: number): void {
    const incoming = this.#incoming;
    this.#heardMs = this.#deadlines.watch(this);
    incoming.on('data', (chunk: Buffer) => this.#take(chunk, bytesMax));
    incoming.on('end', () => this.#settle(true));
    incoming.on('error', () => this.#break());
    incoming.on('close', () => this.#break());
  }

  look(isOver: (sinceMs: number, limitMs: number) => boolean): void {
    if (isOver(this.#heardMs, BODY_IDLE_MS)) this.#incoming.destroy();
  }

  #take(chunk: Buffer, bytesMax: number): void {
    this.#heardMs = this.#deadlines.nowMs;
    this.#size += chunk.length;
    if (this.#first === undefined) this.#first = chunk;
    else (this.#more ??= [this.#first]).push(chunk);
    if (this.#size <= bytesMax) return;
    this.#incoming.removeAllListeners('data').pause();
    this.#settle(false);
  }

  #settle(whole: boolean): void {
    const bytes = this.#more === undefined ? (this.#first ?? NO_BYTES) : Buffer.concat(this.#more, this.#size);
    this.#finish({ bytes, whole });
  }

  #break(): void {
    this.#finish(undefined);
  }

  #finish(read: BodyRead | undefined): void {
    const tell = this.#tell;
    this.#tell = undefined;
    this.#deadlines.unwatch(this);
    tell?.(read);
  }
}

const NO_BYTES = new Uint8Array(0);

/** The same for a web request. Its body is left unlocked, so that the rest can still be read. */
export async function readWebBody(request: Request, bytesMax: number): Promise<BodyRead | undefined> {
  if (request.body === null) return { bytes: new Uint8Array(0), whole: true };
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    while (size <= bytesMax) {
      const { done, value } = await reader.read();
      if (done) return { bytes: Buffer.concat(chunks, size), whole: true };
      chunks.push(value);
      size += value.byteLength;
    }
    return { bytes: Buffer.concat(chunks, size), whole: false };
  } catch {
    return undefined;
  } finally {
    reader.releaseLock();
  }
}

/** A web request that can be read (again): first the bytes that were read, then the rest. */
export function withBody(request: Request, read: BodyRead): Request {
  const { method, headers, signal, body } = request;
  if (body === null) return new Request(request.url, { method, headers, signal });
  if (read.whole) return new Request(request.url, { method, headers, signal, body: Uint8Array.from(read.bytes) });
  return new Request(request.url, { method, headers, signal, body: ReadableStream.from(rest(read.bytes, body)), duplex: 'half' });
}

async function* rest(first: Uint8Array, body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* body;
}
