import { STALL_MS } from '@stagegate/gateway-engine/limits';
import type { ClientEnd } from './client-end.ts';

/** Writes a piece of a stream; gives a promise when the client must take what it has before more is written. */
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
