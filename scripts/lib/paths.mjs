import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What the scripts keep between runs; safe to delete. */
export const CACHE = join(ROOT, '.cache');

/** The flags that `serve` runs with, and that the benches measure with. */
export function readV8Flags() {
  return JSON.parse(readFileSync(join(ROOT, 'packages/cli/v8-flags.json'), 'utf8'));
}
