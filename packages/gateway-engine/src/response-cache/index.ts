export { createMemoryCache } from './create-memory-cache.ts';
export { createRedisCache } from './create-redis-cache.ts';
