import * as v from 'valibot';
import type { ParsedCache, ParsedRedis } from './parsed-config.ts';
import { AtLeastZero, Count, Flag, HttpUrl, Text, Texts } from './value-schemas.ts';

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
  startup_nodes: v.nullish(v.unknown()),
  sentinel_nodes: v.nullish(v.unknown()),
  service_name: Text,
  sentinel_password: Text,
};

const CACHE = {
  ...REDIS,
  type: Text,
  redis_startup_nodes: v.nullish(v.unknown()),
  mode: v.nullish(v.picklist(['default_on', 'default_off'], 'default_on or default_off')),
  ttl: AtLeastZero,
  default_in_memory_ttl: AtLeastZero,
  default_in_redis_ttl: AtLeastZero,
  supported_call_types: Texts,
  max_messages: Count,
  max_bytes: Count,
  s3_bucket_name: Text,
  s3_region_name: Text,
  s3_endpoint_url: HttpUrl,
  s3_use_ssl: Flag,
  s3_path: Text,
  s3_aws_access_key_id: Text,
  s3_aws_secret_access_key: Text,
  s3_aws_session_token: Text,
};

/** How a Redis is reached: `coordination_redis`. */
export const RedisSchema: v.GenericSchema<unknown, ParsedRedis> = v.looseObject(REDIS, 'a mapping');

/** `cache_params`, `cache_kwargs`. */
export const CacheSchema: v.GenericSchema<unknown, ParsedCache> = v.looseObject(CACHE, 'a mapping');

/** What `coordination_redis` may say. */
export const REDIS_KEYS: ReadonlySet<string> = new Set(Object.keys(REDIS));

/** What `cache_params` and `cache_kwargs` may say. */
export const CACHE_KEYS: ReadonlySet<string> = new Set(Object.keys(CACHE));
