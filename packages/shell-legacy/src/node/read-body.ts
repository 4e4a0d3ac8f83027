import type { IncomingMessage } from 'node:http';

/** Silence between two pieces of a body, at most: a client that drips holds a socket and no more. */
const BODY_IDLE_MS = 30_000;

/**
 * Buffers a call's body.
 *
 * out:    the bytes; undefined, and the rest unread, when there are more than `bytesMax`.
 * errors: rejects when the client breaks off or falls silent.
 */
export function readBody(incoming: IncomingMessage, bytesMax: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => incoming.destroy(new Error('the body came too slowly')), BODY_IDLE_MS);
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      incoming.off('data', onData).off('end', onEnd).off('close', onBroken);
      finish();
    };
    const onData = (chunk: Buffer): void => {
      timer.refresh();
      chunks.push(chunk);
      size += chunk.length;
      if (size <= bytesMax) return;
      incoming.pause();
      settle(() => resolve(undefined));
    };
    const onEnd = (): void => settle(() => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size)));
    const onBroken = (): void => settle(() => reject(new Error('the client broke off')));
    incoming.on('data', onData).on('end', onEnd).on('close', onBroken).on('error', onBroken);
  });
}
