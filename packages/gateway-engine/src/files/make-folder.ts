import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Readable by its owner alone. */
export const PRIVATE_MODE = 0o700;

/**
 * Makes a folder, with those it stands in; one that is there stays as it is.
 *
 * in:     mode: of every folder that is made; default: what the process makes for everybody.
 * errors: throws as `mkdir` does. Node's own recursion never ends in a place such as /proc, where the folder above is there and nothing can
 *         be made in it.
 */
export function makeFolder(path: string, mode?: number): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have made it.
    if (!existsSync(path)) throw error;
  }
}
