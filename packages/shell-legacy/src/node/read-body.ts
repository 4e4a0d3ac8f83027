import type { IncomingMessage } from 'node:http';
import { BODY_IDLE_MS, type Deadlines, type Watched } from '@stagegate/gateway-engine/limits';

/**
 * Buffers a call's body.
 *
 * out:    the bytes; undefined when there are more than `bytesMax`, with the rest unread.
 * errors: rejects when the client breaks off or falls silent.
 */
export function readBody(incoming: IncomingMessage, bytesMax: number, deadlines: Deadlines): Promise<Uint8Array | undefined> {
  return new BodyReader(incoming, bytesMax, deadlines).read();
}

class BodyReader implements Watched {
  place = -1;
  readonly #incoming: IncomingMessage;
  readonly #bytesMax: number;
  readonly #deadlines: Deadlines;
  readonly #settled = Promise.withResolvers<Uint8Array | undefined>();
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #heardMs = 0;

  constructor(incoming: IncomingMessage, bytesMax: number, deadlines: Deadlines) {
    this.#incoming = incoming;
    this.#bytesMax = bytesMax;
    this.#deadlines = deadlines;
  }

  read(): Promise<Uint8Array | undefined> {
    this.#heardMs = this.#deadlines.watch(this);
    this.#incoming
      .on('data', (chunk: Buffer) => this.#take(chunk))
      .on('end', () => this.#finish(this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#size)))
      .on('error', () => this.#break())
      .on('close', () => this.#break());
    return this.#settled.promise;
  }

  look(isOver: (sinceMs: number, limitMs: number) => boolean): void {
    if (isOver(this.#heardMs, BODY_IDLE_MS)) this.#incoming.destroy();
  }

  #take(chunk: Buffer): void {
    this.#heardMs = this.#deadlines.nowMs;
    this.#size += chunk.length;
    this.#chunks.push(chunk);
    if (this.#size <= this.#bytesMax) return;
    this.#incoming.removeAllListeners('data').pause();
    this.#finish(undefined);
  }

  #finish(bytes: Uint8Array | undefined): void {
    this.#deadlines.unwatch(this);
    this.#settled.resolve(bytes);
  }

  /** Has no effect after the end. */
  #break(): void {
    this.#deadlines.unwatch(this);
    this.#settled.reject(new Error('the client broke off'));
  }
}
