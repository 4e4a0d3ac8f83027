import { STALL_MS } from '@stagegate/gateway-engine/limits';
import type { ClientEnd } from './client-end.ts';

/** Writes a piece of a stream. A promise means that the client's buffer is full: wait for it before the next piece. */
export function writeText(outgoing: ClientEnd, text: string): void | Promise<void> {
  if (outgoing.destroyed || outgoing.write(text)) return undefined;
  return new Promise((resolve) => {
    const timer = setTimeout(() => outgoing.destroy(), STALL_MS);
    const settle = (): void => {
      clearTimeout(timer);
      outgoing.off('drain', settle).off('close', settle);
      resolve();
    };
    outgoing.on('drain', settle).on('close', settle);
  });
}
