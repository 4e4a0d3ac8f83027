import type { KeptAnswer } from '../ports/index.ts';

const OURS = 'stagegate';

/** Puts the namespace in front of a key, once, for stores that several share. */
export function keysIn(namespace: string | undefined): (key: string) => string {
  return (key) => (namespace === undefined || key.startsWith(`${namespace}:`) ? key : `${namespace}:${key}`);
}

/** An answer in the reference's form: JSON of a time and a text. Source: LiteLLM 1.106.2, caching/caching.py `_add_cache_logic`. */
export function writeEntry({ text, storedMs }: KeptAnswer): string {
  return JSON.stringify({ timestamp: storedMs / 1000, response: text, by: OURS });
}

/** Reads an entry; undefined where it is none. The reference writes some answers as text within the JSON, others as they are. */
export function readEntry(value: string): KeptAnswer | undefined {
  try {
    const kept: unknown = JSON.parse(value);
    if (typeof kept !== 'object' || kept === null || !('timestamp' in kept) || !('response' in kept)) return undefined;
    const { timestamp, response } = kept;
    if (typeof timestamp !== 'number') return undefined;
    const foreign = !('by' in kept) || kept.by !== OURS;
    return { text: typeof response === 'string' ? response : JSON.stringify(response), storedMs: timestamp * 1000, foreign };
  } catch {
    return undefined;
  }
}
