import type { JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { parseConfig } from './load-config.ts';

/** What is kept, and where; defaults are the reference's. */

function read(litellm: JsonObject, env: Record<string, string> = { REDIS_HOST: 'e' }): ReturnType<typeof parseConfig> {
  return parseConfig({ model_list: [], litellm_settings: litellm }, { env });
}

const ALL = ['openai-chat', 'openai-completions', 'openai-embeddings', 'anthropic-messages', 'openai-responses'];
const MEMORY = {
  kind: 'memory',
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

test('a kind that is not built keeps nothing, and a warning says so', () => {
  const outcome = read({ cache: true, cache_params: { type: 's3' } });
  expect(outcome.ok && outcome.config.caching).toBeUndefined();
  expect(outcome.warnings).toMatchObject([{ path: 'litellm_settings.cache_params.type', expected: 'local or redis' }]);
});

test('a mode that is none stops the start', () => {
  const outcome = read({ cache: true, cache_params: { type: 'local', mode: 'on' } });
  expect(outcome.ok ? [] : outcome.issues).toMatchObject([
    { path: 'litellm_settings.cache_params.mode', expected: 'default_on or default_off' },
  ]);
});
