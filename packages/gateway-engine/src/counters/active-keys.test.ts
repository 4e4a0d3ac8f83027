import { startRedis } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Redis } from '../ports/index.ts';
import { createRedis } from '../redis/index.ts';
import { createMemoryActiveKeys, createSharedActiveKeys } from './active-keys.ts';

const NOON_MS = Date.UTC(2026, 0, 2, 12, 0, 30);
/** Said by scripts/lib/services.mjs, which also says when there is none. */
const SERVER = process.env['STAGEGATE_REDIS_SERVER'];
const LIVENESS = { timeout: 20_000, interval: 10 };

test('keys count once a minute, calls each time, and a minute that is over is forgotten', () => {
  const active = createMemoryActiveKeys();
  for (const key of ['a', 'b', 'a']) active.add('group', key, NOON_MS);
  expect([active.keys('group', NOON_MS), active.calls('group', NOON_MS), active.keys('other', NOON_MS)]).toStrictEqual([2, 3, 0]);
  expect([active.keys('group', NOON_MS + 30_000), active.calls('group', NOON_MS + 30_000)]).toStrictEqual([0, 0]);
});

describe('over a Redis', () => {
  let server: Awaited<ReturnType<typeof startRedis>> | undefined;
  beforeAll(async () => {
    if (SERVER !== undefined && SERVER !== '') server = await startRedis(SERVER);
    else if (process.env['CI'] === 'true') throw new Error('STAGEGATE_REDIS_SERVER names no redis-server');
  });
  afterAll(() => server?.stop());

  async function open(): Promise<Redis> {
    const redis = createRedis({ host: '127.0.0.1', port: server?.port ?? 0, tls: false, database: 0, timeoutMs: 5_000, probeMs: 20 });
    onTestFinished(() => redis.close());
    await vi.waitFor(() => expect(redis.state()).toBe('ready'), LIVENESS);
    return redis;
  }

  test('each knows the keys of the others, under LiteLLM’s key, and its own while Redis is away', async ({ skip }) => {
    if (server === undefined) return skip('redis-server is not on this machine');
    const [redis, second] = [await open(), await open()];
    const [one, other] = [createSharedActiveKeys(redis), createSharedActiveKeys(second)];
    one.add('group', 'a', NOON_MS);
    other.add('group', 'b', NOON_MS);
    other.add('group', 'a', NOON_MS);
    await vi.waitFor(
      async () => expect([await one.keys('group', NOON_MS), await other.keys('group', NOON_MS)]).toStrictEqual([2, 2]),
      LIVENESS,
    );
    expect([one.calls('group', NOON_MS), other.calls('group', NOON_MS)]).toStrictEqual([1, 2]);
    const [members, lives] = [await redis.send(['SMEMBERS', '12-00:group']), await redis.send(['TTL', '12-00:group'])];
    expect(members.ok && [...(members.value as readonly string[])].toSorted()).toStrictEqual(['a', 'b']);
    expect(lives.ok && Number(lives.value)).toBeGreaterThan(0);
    await server.stop();
    server = undefined;
    await vi.waitFor(() => expect(redis.state()).toBe('down'), LIVENESS);
    expect(await one.keys('group', NOON_MS)).toBe(1);
  });
});
