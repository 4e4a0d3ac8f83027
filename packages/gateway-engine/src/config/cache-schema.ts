import * as v from 'valibot';
import type { ParsedCache, ParsedRedis } from './parsed-config.ts';
import { AtLeastZero, Count, Flag, Text, Texts } from './value-schemas.ts';

const REDIS = {
  url: Text,
  host: Text,
  port: Count,
  username: Text,
  password: Text,
  ssl: Flag,
  db: Count,
  namespace: Text,
  socket_timeout: AtLeastZero,
};

const CACHE = {
  ...REDIS,
  type: Text,
  mode: v.nullish(v.picklist(['default_on', 'default_off'], 'default_on or default_off')),
  ttl: AtLeastZero,
  default_in_memory_ttl: AtLeastZero,
  default_in_redis_ttl: AtLeastZero,
  supported_call_types: Texts,
  max_messages: Count,
  max_bytes: Count,
};

/** How a Redis is reached: `coordination_redis`. */
export const RedisSchema: v.GenericSchema<unknown, ParsedRedis> = v.looseObject(REDIS, 'a mapping');

/** `cache_params`, `cache_kwargs`. */
export const CacheSchema: v.GenericSchema<unknown, ParsedCache> = v.looseObject(CACHE, 'a mapping');
