import { describe, expect, test, vi } from 'vitest';
import { LIVENESS, useRedis } from '../../test/use-redis.ts';
import { createMemoryActiveKeys, createSharedActiveKeys } from './active-keys.ts';

const NOON_MS = Date.UTC(2026, 0, 2, 12, 0, 30);

test('keys count once a minute, calls each time, and a minute that is over is forgotten', () => {
  const active = createMemoryActiveKeys();
  for (const key of ['a', 'b', 'a']) active.add('group', key, NOON_MS);
  expect([active.keys('group', NOON_MS), active.calls('group', NOON_MS), active.keys('other', NOON_MS)]).toStrictEqual([2, 3, 0]);
  expect([active.keys('group', NOON_MS + 30_000), active.calls('group', NOON_MS + 30_000)]).toStrictEqual([0, 0]);
});

describe('over a Redis', () => {
  const server = useRedis();

  test('each knows the keys of the others, under LiteLLM’s key, and its own while Redis is away', async () => {
    const [redis, second] = [await server.connect(server.proxy.port), await server.connect()];
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
    server.proxy.set('refuse');
    server.proxy.cut();
    await vi.waitFor(() => expect(redis.state()).toBe('down'), LIVENESS);
    expect(await one.keys('group', NOON_MS)).toBe(1);
  });
});
