import type { ServerResponse } from 'node:http';

/** A signal that aborts when the connection closes before the answer is out. */
export function watchClient(outgoing: ServerResponse): AbortSignal {
  const abort = new AbortController();
  if (outgoing.destroyed) abort.abort();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) abort.abort();
  });
  return abort.signal;
}
