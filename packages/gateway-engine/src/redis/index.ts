export { createRedis, type RedisOptions } from './create-redis.ts';
export { openRedisDoors, type OpenRedisDoors } from './open-redis-doors.ts';
