import type { Writable } from 'node:stream';

/**
 * Keeps a command alive whose output cannot be written. Whoever reads it may leave when he has enough (`… | head`): that is no fault, and
 * ends in silence. A disk that is full is one, and is said once.
 *
 * out: isLost: whether something that was written is missing for another reason than that its reader left.
 */
export function watchOutput(output: Writable, errors: Writable): { readonly isLost: () => boolean } {
  let isLost = false;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isLost) return;
    isLost = true;
    errors.write(`standard output: ${error.message}\n`);
  });
  errors.on('error', () => {});
  return { isLost: () => isLost };
}
