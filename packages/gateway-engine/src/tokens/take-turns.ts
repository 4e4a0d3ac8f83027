/** Runs something once it is its turn. Rejects as it does, or with the signal's reason where that comes before the turn. */
export type TakeTurn = <T>(signal: AbortSignal, run: () => Promise<T>) => Promise<T>;

/** Lets no more than so many run at once; the others wait, and go in the order in which they came. */
export function takeTurns(atOnceMax: number): TakeTurn {
  const waiting = new Set<() => void>();
  let running = 0;
  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(begin);
        reject(signal.reason);
      };
      const begin = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.add(begin);
    });
  /** A finished lookup passes its place on, so that no newcomer is admitted in addition. */
  const over = (): void => {
    const [next] = waiting;
    if (next === undefined) running -= 1;
    else {
      waiting.delete(next);
      next();
    }
  };
  return async (signal, run) => {
    if (running < atOnceMax) running += 1;
    else await turn(signal);
    try {
      return await run();
    } finally {
      over();
    }
  };
}
