export { cacheKey, cacheMaterial, type CacheCall } from './cache-key.ts';
export { isWorthKeeping, KEPT_CHARS_MAX, readKept } from './kept-answer.ts';
export { useOfCache, type CacheUse } from './use-of-cache.ts';
