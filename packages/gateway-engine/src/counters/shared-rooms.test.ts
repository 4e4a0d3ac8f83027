import { describe, expect, test, vi } from 'vitest';
import type { Redis, RoomFull, TokenHold, TokenRoom, TokenRooms } from '../ports/index.ts';
import { LIVENESS, useRedis } from '../../test/use-redis.ts';
import { createMemoryRooms } from './memory-rooms.ts';
import { createSharedRooms } from './shared-rooms.ts';

/** What deployments read and write a minute: of one process, and of several over a real redis-server. */

const NOON_MS = Date.UTC(2026, 0, 2, 12, 0, 30);
const ROOM: TokenRoom = { id: 'd1', underlyingModel: 'openai/gpt-4o', limits: { input: 1000, output: 100 } };

function clockAt(startMs: number): {
  nowMs: () => number;
  monotonicMs: () => number;
  wait: () => Promise<void>;
  pass: (ms: number) => void;
} {
  let nowMs = startMs;
  const now = (): number => nowMs;
  return { nowMs: now, monotonicMs: now, wait: () => Promise.resolve(), pass: (ms) => void (nowMs += ms) };
}

function held(taken: TokenHold | RoomFull | undefined): TokenHold {
  if (taken === undefined || 'kind' in taken) throw new Error('refused');
  return taken;
}

describe('one process', () => {
  test('takes of both or of neither; an end says what it was after all, once', () => {
    const rooms = createMemoryRooms(clockAt(NOON_MS));
    const hold = held(rooms.take(ROOM, { input: 400, output: 60 }));
    expect(rooms.take(ROOM, { input: 400, output: 41 })).toStrictEqual({ kind: 'full', side: 'output', limit: 100, used: 101 });
    expect(rooms.take(ROOM, { input: 601, output: 1 })).toStrictEqual({ kind: 'full', side: 'input', limit: 1000, used: 1001 });
    expect(rooms.taken(ROOM)).toMatchObject({ input: 400, output: 60 });
    hold.end({ input: 500, output: 3 });
    hold.end('nothing');
    expect(rooms.taken(ROOM)).toMatchObject({ input: 500, output: 3 });
    held(rooms.take(ROOM, { input: 1, output: 1 })).end('unknown');
    held(rooms.take(ROOM, { input: 400, output: 90 })).end('nothing');
    expect(rooms.taken(ROOM)).toMatchObject({ input: 501, output: 4 });
  });

  test('nothing of a minute that is over counts in the next', () => {
    const clock = clockAt(NOON_MS);
    const rooms = createMemoryRooms(clock);
    const hold = held(rooms.take(ROOM, { input: 1000, output: 100 }));
    clock.pass(30_000);
    held(rooms.take(ROOM, { input: 600, output: 50 }));
    hold.end('nothing');
    expect(rooms.taken(ROOM)).toMatchObject({ input: 600, output: 50 });
  });

  test('what is not limited is not counted', () => {
    const rooms = createMemoryRooms(clockAt(NOON_MS));
    const wide = { ...ROOM, limits: { input: undefined, output: 10 } };
    held(rooms.take(wide, { input: 0, output: 10 })).end({ input: 70, output: 2 });
    expect(rooms.taken(wide)).toMatchObject({ input: 0, output: 2 });
  });
});

describe('several', () => {
  const server = useRedis();

  async function start(port?: number, timeoutMs?: number): Promise<{ rooms: TokenRooms; redis: Redis }> {
    const redis = await server.connect(port, timeoutMs);
    return { rooms: createSharedRooms({ redis, clock: clockAt(NOON_MS) }), redis };
  }
  const read = async (kind: string): Promise<unknown> => {
    const answer = await server.direct.send(['GET', `global_router:d1:openai/gpt-4o:${kind}:12-00`]);
    return answer.ok ? answer.value : answer.error;
  };

  test.each([2, 4])('%i let in exactly as much as there is room for, all at once, under LiteLLM’s keys', async (count) => {
    const all = await Promise.all(Array.from({ length: count }, () => start()));
    const asked = all.flatMap(({ rooms }) => Array.from({ length: 25 }, () => rooms.take(ROOM, { input: 10, output: 7 })));
    const taken = await Promise.all(asked);
    expect(taken.filter((one) => !('kind' in one)).length).toBe(14);
    expect(taken.find((one) => 'kind' in one)).toStrictEqual({ kind: 'full', side: 'output', limit: 100, used: 105 });
    expect([await read('itpm'), await read('otpm')]).toStrictEqual(['140', '98']);
    for (const one of taken) if (!('kind' in one)) one.end({ input: 4, output: 1 });
    await vi.waitFor(async () => expect([await read('itpm'), await read('otpm')]).toStrictEqual(['56', '14']), LIVENESS);
    const lives = await server.direct.send(['TTL', 'global_router:d1:openai/gpt-4o:otpm:12-00']);
    expect(lives).toMatchObject({ ok: true, value: expect.toSatisfy((seconds: number) => seconds > 0 && seconds <= 60) });
  });

  test('what a LiteLLM beside them has counted counts', async () => {
    const { rooms } = await start();
    await server.direct.send(['SET', 'global_router:d1:openai/gpt-4o:itpm:12-00', '995']);
    expect(await rooms.take(ROOM, { input: 6, output: 1 })).toStrictEqual({ kind: 'full', side: 'input', limit: 1000, used: 1001 });
    held(await rooms.take(ROOM, { input: 5, output: 1 }));
    expect(rooms.taken(ROOM)).toStrictEqual({ input: 1000, output: 1 });
  });

  test('F-34: while Redis is away each goes by what it has let in itself', async () => {
    const { rooms, redis } = await start(server.proxy.port);
    held(await rooms.take(ROOM, { input: 1, output: 40 }));
    server.proxy.set('refuse');
    server.proxy.cut();
    await vi.waitFor(() => expect(redis.state()).toBe('down'), LIVENESS);
    held(await rooms.take(ROOM, { input: 1, output: 60 }));
    expect(await rooms.take(ROOM, { input: 1, output: 1 })).toMatchObject({ kind: 'full', side: 'output' });
  });

  test('what Redis took too late for its answer is given back once it is known', async () => {
    const { rooms } = await start(server.proxy.port, 50);
    server.proxy.set('mute');
    held(await rooms.take(ROOM, { input: 1, output: 40 })).end('nothing');
    await vi.waitFor(async () => expect(await read('otpm')).toBe('40'), LIVENESS);
    server.proxy.set('none');
    await vi.waitFor(async () => expect(await read('otpm')).toBe('0'), LIVENESS);
  });
});
