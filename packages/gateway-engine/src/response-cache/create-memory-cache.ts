import { LRUCache } from 'lru-cache';
import type { CachingSettings, Clock, KeptAnswer, ResponseCache } from '../ports/index.ts';

/** The size of an entry beside its two texts, estimated from the library's arrays and V8's headers. */
const ENTRY_BYTES = 256;

/** Caches answers in this process, up to the size in the settings: the least recently used go first. */
export function createMemoryCache(
  { bytesMax }: Pick<CachingSettings, 'bytesMax'>,
  { monotonicMs }: Pick<Clock, 'monotonicMs'>,
): ResponseCache {
  const kept = new LRUCache<string, KeptAnswer>({
    maxSize: bytesMax,
    // A character takes at most two bytes.
    sizeCalculation: ({ text }, key) => ENTRY_BYTES + 2 * (text.length + key.length),
    ttlResolution: 0,
    perf: { now: monotonicMs },
  });
  return {
    read: (key) => kept.get(key),
    write: (key, answer, ttlSeconds) => {
      if (ttlSeconds > 0) kept.set(key, answer, { ttl: ttlSeconds * 1000 });
    },
    server: undefined,
  };
}
