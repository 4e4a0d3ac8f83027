import type { ClientEnd } from './client-end.ts';

/** A signal that aborts when the connection closes before the answer is out. */
export function watchClient(outgoing: ClientEnd): AbortSignal {
  const abort = new AbortController();
  if (outgoing.destroyed) abort.abort();
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) abort.abort();
  });
  return abort.signal;
}
