import type { ActiveKeys, Redis } from '../ports/index.ts';

const MINUTE_MS = 60_000;
const KEEP_SECONDS = '60';

/** KEYS: the set. ARGV: seconds to live, the key. */
const ADD_KEY = `
redis.call('SADD', KEYS[1], ARGV[2])
if redis.call('TTL', KEYS[1]) == -1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return 'OK'`;

/** The active keys that one process knows of. */
export interface MemoryActiveKeys extends ActiveKeys {
  readonly keys: (group: string, nowMs: number) => number;
}

/** Active keys of one process. Memory: for each limited group the keys of its last minute. */
export function createMemoryActiveKeys(): MemoryActiveKeys {
  const rows = new Map<string, { readonly minute: number; readonly keys: Set<string>; calls: number }>();
  const rowOf = (group: string, nowMs: number): { readonly keys: Set<string>; calls: number } => {
    const minute = Math.floor(nowMs / MINUTE_MS);
    const known = rows.get(group);
    if (known?.minute === minute) return known;
    const made = { minute, keys: new Set<string>(), calls: 0 };
    rows.set(group, made);
    return made;
  };
  return {
    keys: (group, nowMs) => rowOf(group, nowMs).keys.size,
    calls: (group, nowMs) => rowOf(group, nowMs).calls,
    add: (group, key, nowMs) => {
      const row = rowOf(group, nowMs);
      row.keys.add(key);
      row.calls += 1;
    },
  };
}

/**
 * Active keys of all instances behind one Redis, and of a LiteLLM beside them. While Redis is away each goes by what it has seen itself.
 *
 * source of the key: LiteLLM 1.106.2, proxy/hooks/dynamic_rate_limiter.py.
 */
export function createSharedActiveKeys(redis: Redis): ActiveKeys {
  const memory = createMemoryActiveKeys();
  const keyOf = (group: string, nowMs: number): string =>
    redis.key(`${new Date(nowMs).toISOString().slice(11, 16).replace(':', '-')}:${group}`);
  const keysOfAll = async (group: string, nowMs: number): Promise<number> => {
    const answer = await redis.send(['SCARD', keyOf(group, nowMs)]);
    return Math.max(memory.keys(group, nowMs), answer.ok ? Number(answer.value) : 0);
  };
  return {
    keys: (group, nowMs) => (redis.state() === 'ready' ? keysOfAll(group, nowMs) : memory.keys(group, nowMs)),
    calls: memory.calls,
    add: (group, key, nowMs) => {
      memory.add(group, key, nowMs);
      if (redis.state() === 'ready') void redis.run(ADD_KEY, [keyOf(group, nowMs)], [KEEP_SECONDS, key]);
    },
  };
}
