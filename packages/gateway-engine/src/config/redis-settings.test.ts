import type { JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { parseConfig } from './load-config.ts';

/** Which Redis a config names, and for what: the order is the reference's. */

const AT = { port: 6379, tls: false, database: 0, timeoutMs: 50 };
const NONE = { router: undefined, coordination: undefined, cache: undefined };

function read(config: JsonObject, env: Record<string, string> = {}): ReturnType<typeof parseConfig> {
  return parseConfig({ model_list: [], ...config }, { env });
}

const cached = (params: JsonObject): JsonObject => ({ litellm_settings: { cache: true, cache_params: params } });
const all = (settings: object): object => ({ router: settings, coordination: settings, cache: settings });

test.each<[string, JsonObject, Record<string, string>, object]>([
  ['nothing names one', {}, {}, NONE],
  ['a cache is every Redis', cached({ type: 'redis', host: 'a' }), {}, all({ ...AT, host: 'a' })],
  ['a cache of which nothing is said is Redis', { litellm_settings: { cache: true } }, { REDIS_HOST: 'e' }, all({ ...AT, host: 'e' })],
  ['a cache that says no type is in memory', cached({ host: 'a' }), {}, NONE],
  ['a cache that is off names none', { litellm_settings: { cache: false, cache_params: { type: 'redis', host: 'a' } } }, {}, NONE],
  ['a cache in memory names none', cached({ type: 'local', host: 'a' }), {}, NONE],
  [
    'all that can be said of one',
    cached({ type: 'redis', host: 'a', port: '7000', username: 'u', password: 'p', ssl: true, db: 3, namespace: 'n', socket_timeout: 0.2 }),
    {},
    all({ host: 'a', port: 7000, tls: true, username: 'u', password: 'p', database: 3, namespace: 'n', timeoutMs: 200 }),
  ],
  [
    'a URL is whole: the password is its own',
    cached({ type: 'redis', url: 'rediss://u:p%40ss@b:7001/2', host: 'a', password: 'other' }),
    {},
    all({ host: 'b', port: 7001, tls: true, username: 'u', password: 'p@ss', database: 2, timeoutMs: 50 }),
  ],
  [
    'a host of the file before a URL of the environment',
    cached({ type: 'redis', host: 'a' }),
    { REDIS_URL: 'redis://b' },
    all({ ...AT, host: 'a' }),
  ],
  [
    'variables fill in what a block leaves out',
    cached({ type: 'redis' }),
    { REDIS_HOST: 'e', REDIS_PORT: '7002', REDIS_PASSWORD: 'p' },
    all({ ...AT, host: 'e', port: 7002, password: 'p' }),
  ],
  [
    'coordination_redis is not the cache',
    { ...cached({ type: 'redis', host: 'a' }), general_settings: { coordination_redis: { host: 'c' } } },
    {},
    { router: { ...AT, host: 'c' }, coordination: { ...AT, host: 'c' }, cache: { ...AT, host: 'a' } },
  ],
  [
    'the router has its own',
    { ...cached({ type: 'redis', host: 'a' }), router_settings: { redis_host: 'r', redis_port: 7003, redis_password: 'p' } },
    {},
    { router: { ...AT, host: 'r', port: 7003, password: 'p' }, coordination: { ...AT, host: 'a' }, cache: { ...AT, host: 'a' } },
  ],
  ['a host without a port is none of the router', { router_settings: { redis_host: 'r' } }, {}, NONE],
  [
    'the environment alone',
    {},
    { REDIS_URL: 'redis://e', REDIS_SOCKET_TIMEOUT: '0.1' },
    { router: { ...AT, host: 'e', timeoutMs: 100 }, coordination: { ...AT, host: 'e', timeoutMs: 100 }, cache: undefined },
  ],
])('%s', (_name, config, env, expected) => {
  const outcome = read(config, env);
  expect(outcome.ok && outcome.config.redis).toStrictEqual(expected);
});

test.each<[string, JsonObject, string]>([
  ['a block without a host', { general_settings: { coordination_redis: { port: 1 } } }, 'general_settings.coordination_redis'],
  ['a URL of something else', cached({ type: 'redis', url: 'http://u:secret@a' }), 'litellm_settings.cache_params'],
])('%s stops the start', (_name, config, path) => {
  const outcome = read(config);
  expect(outcome.ok ? [] : outcome.issues).toMatchObject([{ path, expected: 'the host of a Redis, or a redis:// URL' }]);
  expect(JSON.stringify(outcome)).not.toContain('secret');
});

test.each<[string, JsonObject, Record<string, string>]>([
  ['several servers', { general_settings: { coordination_redis: { startup_nodes: [{ host: 'a', port: 1 }] } } }, {}],
  ['several servers of the environment', {}, { REDIS_CLUSTER_NODES: '[{"host":"a","port":1}]', REDIS_HOST: 'a' }],
  ['a variable that is no URL', {}, { REDIS_URL: 'a:6379' }],
])('%s: none is used, and a warning says so', (_name, config, env) => {
  const outcome = read(config, env);
  expect(outcome.ok && outcome.config.redis).toStrictEqual(NONE);
  expect(outcome.warnings.map(({ expected }) => expected)).toContainEqual(expect.stringMatching(/Redis server|redis:/u));
});
