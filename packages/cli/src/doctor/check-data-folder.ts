import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Check } from './check.ts';

/**
 * Whether the folder of the master key, the database and other state can be written to, or made. Nothing is made here. `isNeeded`: `serve`
 * needs it.
 */
export function checkDataFolder(data: string, isNeeded: boolean): readonly Check[] {
  const nearest = findNearest(resolve(data));
  const problem = problemOf(nearest);
  if (problem === undefined) return [];
  return [{ name: 'data', state: isNeeded ? 'problem' : 'warning', says: `${data} cannot be used: ${nearest} ${problem}` }];
}

/** The folder itself, or its nearest parent that exists. */
function findNearest(path: string): string {
  return existsSync(path) ? path : findNearest(dirname(path));
}

function problemOf(path: string): string | undefined {
  if (!statSync(path).isDirectory()) return 'is no folder';
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return `is not writable: ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`;
  }
}
