import type { JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { parseConfig } from './load-config.ts';

/** What is kept, and where; defaults are the reference's. */

function read(litellm: JsonObject, router: JsonObject = {}): ReturnType<typeof parseConfig> {
  return parseConfig({ model_list: [], litellm_settings: litellm, router_settings: router }, { env: { REDIS_HOST: 'e' } });
}

const ALL = ['openai-chat', 'openai-completions', 'openai-embeddings', 'anthropic-messages', 'openai-responses'];
const MEMORY = {
  kind: 'memory',
  reads: true,
  groups: new Map(),
  optIn: false,
  ttlSeconds: 600,
  namespace: undefined,
  dialects: new Set(ALL),
  messagesMax: 4,
  providerParams: false,
  bytesMax: 64 * 1_048_576,
};

test.each<[string, JsonObject, object | undefined]>([
  ['no cache', {}, undefined],
  ['a cache that is off', { cache: false, cache_params: { type: 'local' } }, undefined],
  ['nothing more said', { cache: true }, { ...MEMORY, kind: 'redis', ttlSeconds: 60 }],
  ['something, but no type', { cache: true, cache_params: { ttl: 5 } }, { ...MEMORY, ttlSeconds: 5 }],
  [
    'everything',
    {
      cache: true,
      cache_params: {
        type: 'local',
        mode: 'default_off',
        ttl: 5,
        default_in_memory_ttl: 6,
        default_in_redis_ttl: 7,
        namespace: 'n',
        supported_call_types: ['acompletion', 'responses', 'completion'],
        max_messages: null,
        max_bytes: 1000,
      },
      enable_caching_on_provider_specific_optional_params: true,
    },
    {
      ...MEMORY,
      optIn: true,
      ttlSeconds: 6,
      namespace: 'n',
      dialects: new Set(['openai-chat', 'openai-responses']),
      messagesMax: undefined,
      providerParams: true,
      bytesMax: 1000,
    },
  ],
])('%s', (_name, settings, expected) => {
  const outcome = read(settings);
  expect(outcome.ok && outcome.config.caching).toStrictEqual(expected);
  expect(outcome.warnings).toStrictEqual([]);
});

const LOCAL = { cache: true, cache_params: { type: 'local' } };
const ROUTERS = { redis_host: 'r', redis_port: 1, cache_kwargs: { ttl: 9, namespace: 'n' } };

test.each<[string, JsonObject, JsonObject, object | undefined]>([
  ['answers are kept, but not given again', LOCAL, { cache_responses: false }, { ...MEMORY, reads: false }],
  ['a cache of the router alone', {}, { cache_responses: true, cache_kwargs: { ttl: 9 } }, MEMORY],
  ['the same in its Redis', {}, { cache_responses: true, ...ROUTERS }, { ...MEMORY, kind: 'redis', ttlSeconds: 9, namespace: 'n' }],
  ['a cache that is there already', LOCAL, { cache_responses: true, ...ROUTERS }, MEMORY],
  ['none', {}, ROUTERS, undefined],
  [
    'groups that share',
    LOCAL,
    {
      caching_groups: [
        ['a', "b's"],
        ['a', 'c', 1],
      ],
    },
    {
      ...MEMORY,
      groups: new Map([
        ['a', `['a', "b's"]`],
        ["b's", `['a', "b's"]`],
        ['c', `['a', 'c', 1]`],
      ]),
    },
  ],
])('router_settings: %s', (_name, litellm, router, expected) => {
  const outcome = read(litellm, router);
  expect(outcome.ok && outcome.config.caching).toStrictEqual(expected);
  expect(outcome.warnings).toStrictEqual([]);
});

test('the Redis of a cache of the router is the router’s', () => {
  const outcome = read({}, { cache_responses: true, ...ROUTERS });
  expect(outcome.ok && outcome.config.redis.cache).toMatchObject({ host: 'r', port: 1, namespace: 'n' });
});

test('no call type at all, said on purpose', () => {
  const outcome = read({ cache: true, cache_params: { type: 'local', supported_call_types: null } });
  expect(outcome.ok && outcome.config.caching?.dialects).toStrictEqual(new Set());
});

test('a kind that is not built keeps nothing, and a warning says so', () => {
  const outcome = read({ cache: true, cache_params: { type: 'disk' } });
  expect(outcome.ok && outcome.config.caching).toBeUndefined();
  expect(outcome.warnings).toMatchObject([{ path: 'litellm_settings.cache_params.type', expected: 'local, redis, s3' }]);
});

test('a mode that is none stops the start', () => {
  const outcome = read({ cache: true, cache_params: { type: 'local', mode: 'on' } });
  expect(outcome.ok ? [] : outcome.issues).toMatchObject([
    { path: 'litellm_settings.cache_params.mode', expected: 'default_on or default_off' },
  ]);
});

test('a bucket: what is not said is left out; without a name there is none', () => {
  const read3 = (more: object): unknown => {
    const outcome = read({ cache: true, cache_params: { type: 's3', ...more } });
    return outcome.ok ? (outcome.config.caching ?? outcome.warnings.map(({ path }) => path)) : outcome.issues;
  };
  expect(read3({ s3_bucket_name: 'b', s3_path: 'p/', s3_endpoint_url: 'https://s3.example.com/', ttl: 60 })).toMatchObject({
    kind: 's3',
    ttlSeconds: 60,
    s3: { bucket: 'b', region: undefined, endpoint: 'https://s3.example.com', prefix: 'p/', credentials: {} },
  });
  expect(read3({ s3_bucket_name: 'b', s3_aws_access_key_id: 'a' })).toMatchObject({
    ttlSeconds: 31_536_000,
    s3: { prefix: '', endpoint: undefined, credentials: { aws_access_key_id: 'a' } },
  });
  expect(read3({ s3_bucket_name: 'b', s3_use_ssl: false })).toMatchObject({ s3: { bucket: 'b', plain: true } });
  expect(read3({})).toStrictEqual(['litellm_settings.cache_params.s3_bucket_name']);
});
