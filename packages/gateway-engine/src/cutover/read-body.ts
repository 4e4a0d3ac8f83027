import type { IncomingMessage } from 'node:http';

/** A body as far as it was read. */
export interface BodyRead {
  readonly bytes: Uint8Array;
  /** False when there was more than the limit; `bytes` is then longer than it, and the rest is still unread. */
  readonly whole: boolean;
}

/**
 * Reads a call's body, at most a little over `bytesMax`.
 *
 * out: what was read; undefined when the client broke off. A body over the limit is left paused with its rest unread.
 */
export function readNodeBody(incoming: IncomingMessage, bytesMax: number): Promise<BodyRead | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (read: BodyRead | undefined): void => {
      incoming.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      resolve(read);
    };
    const join = (): Buffer => (chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size));
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= bytesMax) return;
      incoming.pause();
      settle({ bytes: join(), whole: false });
    };
    const onEnd = (): void => settle({ bytes: join(), whole: true });
    const onBroken = (): void => settle(undefined);
    incoming.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  });
}

/** The same for a web request, whose body is left unlocked: what is unread can still be read from it. */
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

/** A web request that can be read (again): the bytes that were read, and after them what was not. */
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
