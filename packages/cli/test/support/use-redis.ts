import type { Redis } from '@stagegate/gateway-engine/ports';
import { createRedis } from '@stagegate/gateway-engine/redis';
import { startRedis, type TestRedis } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';

/** Said by scripts/lib/services.mjs, which also says when there is none. */
const SERVER = process.env['STAGEGATE_REDIS_SERVER'];

/** A real Redis and a door to it. */
export interface UsedRedis {
  readonly server: TestRedis;
  readonly redis: Redis;
}

/** Starts a Redis for the tests of a `describe` and empties it before each. A machine without one skips them; in CI that is a failure. */
export function useRedis(): UsedRedis {
  let used: UsedRedis | undefined;
  beforeAll(async () => {
    if (SERVER === undefined || SERVER === '') {
      if (process.env['CI'] === 'true') throw new Error('STAGEGATE_REDIS_SERVER names no redis-server');
      return;
    }
    const server = await startRedis(SERVER);
    used = { server, redis: createRedis({ host: '127.0.0.1', port: server.port, tls: false, database: 0, timeoutMs: 5_000, probeMs: 20 }) };
  });
  afterAll(async () => {
    await used?.redis.close();
    await used?.server.stop();
  });
  beforeEach(async ({ skip }) => {
    if (used === undefined) return skip('STAGEGATE_REDIS_SERVER names no redis-server');
    const { redis } = used;
    await vi.waitFor(() => expect(redis.state()).toBe('ready'), 60_000);
    await redis.send(['FLUSHALL']);
  });
  const there = (): UsedRedis => {
    if (used === undefined) throw new Error('no test has begun');
    return used;
  };
  return {
    get server() {
      return there().server;
    },
    get redis() {
      return there().redis;
    },
  };
}
