import type { CacheReply, CacheServer, Redis, RedisReply, ResponseCache } from '../ports/index.ts';
import { keysIn, readEntry, writeEntry } from './entries.ts';

/**
 * Caches answers in Redis, as the reference does: each under its key, as JSON of a time and a text. All instances share them.
 *
 * source: LiteLLM 1.106.2, caching/redis_cache.py `async_set_cache`, `_get_cache_logic`.
 */
export function createRedisCache(redis: Redis, namespace: string | undefined): ResponseCache {
  const keyOf = keysIn(namespace);
  return {
    read: async (key) => {
      const answer = await redis.send(['GET', keyOf(key)]);
      return answer.ok && typeof answer.value === 'string' ? readEntry(answer.value) : undefined;
    },
    write: (key, answer, ttlSeconds) => {
      const seconds = Math.floor(ttlSeconds);
      if (seconds >= 1) void redis.send(['SET', keyOf(key), writeEntry(answer), 'EX', String(seconds)]);
    },
    server: serverOf(redis, keyOf),
  };
}

function serverOf(redis: Redis, keyOf: (key: string) => string): CacheServer {
  const ask = async (...command: string[]): Promise<CacheReply<RedisReply>> => {
    const answer = await redis.send(command);
    return answer.ok ? answer : { ok: false, why: answer.error.message };
  };
  const done = async (...command: string[]): Promise<CacheReply<undefined>> => {
    const answer = await ask(...command);
    return answer.ok ? { ok: true, value: undefined } : answer;
  };
  return {
    ping: () => done('PING'),
    remove: async (keys) => (keys.length === 0 ? { ok: true, value: undefined } : done('DEL', ...keys.map(keyOf))),
    info: async () => {
      const [info, clients] = [await ask('INFO'), await ask('CLIENT', 'LIST')];
      if (!info.ok) return info;
      return { ok: true, value: { info: String(info.value), clients: clients.ok ? String(clients.value) : '' } };
    },
    clear: () => done('FLUSHDB'),
  };
}
