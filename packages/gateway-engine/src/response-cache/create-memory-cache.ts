import { LRUCache } from 'lru-cache';
import type { CachingSettings, Clock, KeptAnswer, ResponseCache } from '../ports/index.ts';

/** Of an entry beside its two texts. Estimated from the library's own arrays and V8's headers. */
const ENTRY_BYTES = 256;

/** Keeps answers in this process, no more bytes than its settings say: the longest unused leave first. */
export function createMemoryCache(
  { bytesMax }: Pick<CachingSettings, 'bytesMax'>,
  { monotonicMs }: Pick<Clock, 'monotonicMs'>,
): ResponseCache {
  const kept = new LRUCache<string, KeptAnswer>({
    maxSize: bytesMax,
    // A letter takes two bytes at most.
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
