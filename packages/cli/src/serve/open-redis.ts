import type { LoadedConfig } from '@stagegate/gateway-engine/config';
import type { Log } from '@stagegate/gateway-engine/ports';
import type { OpenRedisDoors } from '@stagegate/gateway-engine/redis';

/** Opens a door to each Redis that the configuration names; undefined, and nothing loaded, when it names none. */
export async function openRedis({ redis }: LoadedConfig, log: Log): Promise<OpenRedisDoors | undefined> {
  if (redis.router === undefined && redis.coordination === undefined && redis.cache === undefined) return undefined;
  const { openRedisDoors } = await import('@stagegate/gateway-engine/redis');
  return openRedisDoors(redis, log);
}
