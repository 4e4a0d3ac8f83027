import { readFileSync } from 'node:fs';

/** The V8 flags that `serve` runs with, and so everything that is compared with it. */
export function readFlags(): readonly string[] {
  const flags: unknown = JSON.parse(readFileSync(new URL('../../../cli/v8-flags.json', import.meta.url), 'utf8'));
  if (!Array.isArray(flags)) throw new Error('v8-flags.json is not a list');
  return flags.map(String);
}
