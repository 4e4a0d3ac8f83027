import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import { type RedisDoors, type ResponseCache, systemClock } from '@stagegate/gateway-engine/ports';

const REGION = 'us-east-1';

/** Makes the cache that the configuration names. Undefined when it names none: then nothing is loaded. */
export async function openCache({ caching, environment }: LoadedConfig, redis: RedisDoors | undefined): Promise<ResponseCache | undefined> {
  if (caching === undefined) return undefined;
  const { createMemoryCache, createRedisCache, createS3Cache } = await import('@stagegate/gateway-engine/response-cache');
  if (caching.kind === 'memory') return createMemoryCache(caching, systemClock);
  if (caching.s3 === undefined) return redis?.cache === undefined ? undefined : createRedisCache(redis.cache, caching.namespace);
  const { createAwsSigner } = await import('@stagegate/gateway-engine/credentials');
  const region = caching.s3.region ?? environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? REGION;
  const sources = { env: environment, clock: systemClock, fetch };
  const sign = createAwsSigner(caching.s3.credentials, { service: 's3', region }, sources);
  return createS3Cache({ ...caching.s3, region }, caching.namespace, { fetch, sign, clock: systemClock });
}
