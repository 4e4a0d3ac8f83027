export { toCacheCall, type CacheCall } from './cache-call.ts';
export { cacheKey, cacheMaterial } from './cache-key.ts';
export { isWorthKeeping, KEPT_CHARS_MAX, readKept } from './kept-answer.ts';
export { isPartlyKept, joinKept, readKeptInputs, toKeep, type KeptInputs } from './kept-inputs.ts';
export { useOfCache, usesOfInputs, type CacheUse } from './use-of-cache.ts';
