import type { JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { parseConfig } from './load-config.ts';

/** Which Redis a config names, and for what: the order is the reference's. */

const AT = { port: 6379, tls: false, database: 0, timeoutMs: 50 };
const NODES = [
  { host: 'a', port: 7001 },
  { host: 'b', port: 7002 },
];
const CLUSTER = { ...AT, ...NODES[0], password: 'p', cluster: NODES };
const SENTINEL = { host: 'a', port: 26_379 };
const SENTINELS = { ...AT, ...SENTINEL, sentinels: { nodes: [SENTINEL], service: 'm', password: 's' } };
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
  [
    'a cluster: answers where their keys say, all else on one server',
    cached({
      type: 'redis',
      redis_startup_nodes: [
        { host: 'a', port: 7001 },
        { host: 'b', port: '7002' },
      ],
      password: 'p',
      url: 'redis://c',
      db: 3,
    }),
    {},
    { ...all({ ...CLUSTER, namespace: '{stagegate}' }), cache: CLUSTER },
  ],
  [
    'a cluster with a namespace',
    {
      general_settings: {
        coordination_redis: {
          startup_nodes: [
            ['a', 7001],
            ['b', 7002],
          ],
          namespace: 'n',
          password: 'p',
        },
      },
    },
    {},
    { ...all({ ...CLUSTER, namespace: '{n}' }), cache: undefined },
  ],
  [
    'a cluster of the environment',
    {},
    { REDIS_CLUSTER_NODES: '[{"host":"a","port":7001},{"host":"b","port":7002}]', REDIS_PASSWORD: 'p', REDIS_HOST: 'c' },
    { ...all({ ...CLUSTER, namespace: '{stagegate}' }), cache: undefined },
  ],
  [
    'a host of the file before a cluster of the environment',
    cached({ type: 'redis', host: 'a' }),
    { REDIS_CLUSTER_NODES: '[{"host":"b","port":1}]', REDIS_SENTINEL_NODES: '[["c",1]]' },
    all({ ...AT, host: 'a' }),
  ],
  [
    'sentinels',
    cached({ type: 'redis', sentinel_nodes: [['a', 26379]], service_name: 'm', sentinel_password: 's', password: 'p', db: 1 }),
    {},
    all({ ...SENTINELS, password: 'p', database: 1 }),
  ],
  [
    'sentinels of the environment',
    cached({ type: 'redis' }),
    { REDIS_SENTINEL_NODES: '[["a", 26379]]', REDIS_SERVICE_NAME: 'm', REDIS_SENTINEL_PASSWORD: 's' },
    all(SENTINELS),
  ],
])('%s', (_name, config, env, expected) => {
  const outcome = read(config, env);
  expect(outcome.ok && outcome.config.redis).toStrictEqual(expected);
});

const SERVER = 'the host of a Redis, or a redis:// URL';
const NAMED = 'a list of [host, port], and service_name';

test.each<[string, JsonObject, string, string]>([
  ['a block without a host', { general_settings: { coordination_redis: { port: 1 } } }, 'general_settings.coordination_redis', SERVER],
  ['a URL of something else', cached({ type: 'redis', url: 'http://u:secret@a' }), 'litellm_settings.cache_params.url', SERVER],
  ...[[], 'secret', [{ host: 'a' }], [{ host: '', port: 1 }], [['a', 70_000]], [['a', 1.5]], [7]].map(
    (nodes): [string, JsonObject, string, string] => [
      `a cluster of ${JSON.stringify(nodes)}`,
      cached({ type: 'redis', redis_startup_nodes: nodes }),
      'litellm_settings.cache_params.redis_startup_nodes',
      'a list of {host, port}',
    ],
  ),
  [
    'sentinels without a service',
    cached({ type: 'redis', sentinel_nodes: [['a', 1]] }),
    'litellm_settings.cache_params.sentinel_nodes',
    NAMED,
  ],
  [
    'sentinels nowhere',
    cached({ type: 'redis', sentinel_nodes: ['a'], service_name: 'm' }),
    'litellm_settings.cache_params.sentinel_nodes',
    NAMED,
  ],
])('%s stops the start', (_name, config, path, expected) => {
  const outcome = read(config);
  expect(outcome.ok ? [] : outcome.issues).toMatchObject([{ path, expected }]);
  expect(JSON.stringify(outcome)).not.toContain('secret');
});

test.each<[string, JsonObject, Record<string, string>, string]>([
  [
    'an identity of a cloud',
    { general_settings: { coordination_redis: { host: 'a', aws_iam_auth: true } } },
    {},
    'general_settings.coordination_redis.aws_iam_auth',
  ],
  ['a cluster in a variable that is no list', {}, { REDIS_CLUSTER_NODES: 'a:1', REDIS_HOST: 'a' }, 'REDIS_CLUSTER_NODES'],
  ['a variable that is no URL', {}, { REDIS_URL: 'a:6379' }, 'REDIS_URL'],
])('%s: none is used, and a warning says so', (_name, config, env, path) => {
  const outcome = read(config, env);
  expect(outcome.ok && outcome.config.redis).toStrictEqual(NONE);
  expect(outcome.warnings.map((warning) => warning.path)).toContain(path);
});
