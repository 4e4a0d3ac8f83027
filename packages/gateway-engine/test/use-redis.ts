import { startFaultProxy, startRedis, type FaultProxy, type TestRedis } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, vi } from 'vitest';
import type { Redis } from '../src/ports/index.ts';
import { createRedis } from '../src/redis/index.ts';

/** Said by scripts/lib/services.mjs, which also says when there is none. */
const SERVER = process.env['STAGEGATE_REDIS_SERVER'];

/** For what is told to another instance, or written behind a call. */
export const LIVENESS = { timeout: 20_000, interval: 10 };

/** A redis-server of a test file, and ways to it. */
export interface UsedRedis {
  readonly port: () => number;
  /** A way to it that misbehaves when told to. */
  readonly proxy: FaultProxy;
  /** Asks without the proxy. */
  readonly direct: Redis;
  /** A way of an instance's own, for one test. */
  readonly connect: (port?: number, timeoutMs?: number) => Promise<Redis>;
}

/** Starts one for the tests of this block; it is empty before each. Without a redis-server they are skipped, and fail in CI. */
export function useRedis(timeoutMs = 5_000): UsedRedis {
  const settings = { host: '127.0.0.1', tls: false, database: 0, timeoutMs, probeMs: 50 };
  let server: TestRedis | undefined;
  let proxy: FaultProxy | undefined;
  let direct: Redis | undefined;
  beforeAll(async () => {
    if (SERVER === undefined || SERVER === '') {
      if (process.env['CI'] === 'true') throw new Error('STAGEGATE_REDIS_SERVER names no redis-server');
      return;
    }
    server = await startRedis(SERVER);
    direct = createRedis({ ...settings, port: server.port });
    proxy = await startFaultProxy({ host: '127.0.0.1', port: server.port });
    await ready(direct);
  });
  beforeEach(async ({ skip }) => {
    if (server === undefined) return skip('redis-server is not on this machine');
    proxy?.set('none');
    await direct?.send(['FLUSHALL']);
  });
  afterAll(async () => {
    await direct?.close();
    await proxy?.close();
    await server?.stop();
  });
  return {
    port: () => server?.port ?? 0,
    get proxy() {
      return proxy ?? expect.fail('no proxy before the tests begin');
    },
    get direct() {
      return direct ?? expect.fail('no redis-server before the tests begin');
    },
    connect: async (port = server?.port ?? 0, ms = timeoutMs) => {
      const redis = createRedis({ ...settings, port, timeoutMs: ms });
      onTestFinished(() => redis.close());
      await ready(redis);
      return redis;
    },
  };
}

function ready(redis: Redis): Promise<void> {
  return vi.waitFor(() => expect(redis.state()).toBe('ready'), LIVENESS);
}
