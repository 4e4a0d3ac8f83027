/** Waits, but not for a client that has gone. */
export function pause(seconds: number, clientGone: AbortSignal): Promise<void> {
  if (seconds <= 0 || clientGone.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    clientGone.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
