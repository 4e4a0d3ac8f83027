import type { Writable } from 'node:stream';

/**
 * Keeps a command alive whose output cannot be written. A reader that leaves early (`… | head`) is no fault, and ends it in silence; a full
 * disk is one, and is reported once.
 *
 * out: `isLost`: whether output is missing for any reason but that its reader left.
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
