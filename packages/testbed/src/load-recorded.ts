import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deepFreeze, type Json } from './json.ts';

const RECORDED_DIR = join(import.meta.dirname, '../recorded');

/**
 * What the reference's own functions said: `auth` is recorded by `scripts/record-auth.py`, `ciphers` by `record-ciphers.py`,
 * `cache-keys` by `record-cache-keys.py`, `costs` by `record-costs.py`, `rates`, `priorities` and `activity` by scripts of these names.
 *
 * errors: throws for a name that was not recorded.
 */
export function loadRecorded(name: string): Json {
  return deepFreeze(JSON.parse(readFileSync(join(RECORDED_DIR, `${name}.json`), 'utf8')) as Json);
}
