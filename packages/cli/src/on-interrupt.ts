/** Interrupts within this time count as one: a terminal and a parent process may both pass on Ctrl-C. */
const SAME_INTERRUPT_MS = 300;

/**
 * Hears SIGINT and SIGTERM for as long as the process lives.
 *
 * in:  what the first interrupt does, and what those after it do.
 * out: to be called for an interrupt that is no signal.
 */
export function onInterrupt(first: () => void, again: () => void): () => void {
  let firstMs: number | undefined;
  const interrupt = (): void => {
    if (firstMs === undefined) {
      firstMs = performance.now();
      first();
    } else if (performance.now() - firstMs > SAME_INTERRUPT_MS) again();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  return interrupt;
}
