import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { type RedisDoors, type ResponseCache, systemClock } from '@stagegate/gateway-engine/ports';

/** Makes the cache that the configuration names; undefined, and nothing loaded, when it names none. */
export async function openCache({ caching }: LoadedConfig, redis: RedisDoors | undefined): Promise<ResponseCache | undefined> {
  if (caching === undefined) return undefined;
  const { createMemoryCache, createRedisCache } = await import('@stagegate/gateway-engine/response-cache');
  if (caching.kind === 'memory') return createMemoryCache(caching, systemClock);
  return redis?.cache === undefined ? undefined : createRedisCache(redis.cache, caching.namespace);
}
