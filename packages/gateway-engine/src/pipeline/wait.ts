import type { CallerWatch } from '../ports/index.ts';

/** Waits so many seconds, or until the caller goes away. */
export function waitSeconds(seconds: number, caller: CallerWatch): Promise<void> {
  if (seconds <= 0 || caller.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      caller.removeEventListener('abort', gone);
      resolve();
    };
    const gone = { handleEvent: end };
    const timer = setTimeout(end, seconds * 1000);
    caller.addEventListener('abort', gone);
  });
}
