export { createMemoryCache } from './create-memory-cache.ts';
export { createRedisCache } from './create-redis-cache.ts';
export { createS3Cache, type S3Tools } from './create-s3-cache.ts';
