import { NO_SETTINGS, scanRawObject, type DialectId, type JsonObject, type JsonValue } from '@stagegate/core-transforms';
import { loadRecorded } from '@stagegate/testbed';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../config/load-config.ts';
import type { CachingSettings } from '../ports/index.ts';
import { API_PARAMS } from './api-params.data.ts';
import { toCacheCall, type CacheCall } from './cache-call.ts';
import { cacheKey, cacheMaterial } from './cache-key.ts';
import { useOfCache, usesOfInputs } from './use-of-cache.ts';

interface Recorded {
  readonly namespace: string;
  readonly groups: readonly (readonly string[])[];
  readonly defaults: JsonObject;
  readonly params: readonly string[];
  readonly inputs: readonly { readonly body: string; readonly materials: readonly string[]; readonly keys: readonly string[] }[];
  readonly calls: readonly { readonly path: string; readonly body: string; readonly material: string; readonly key: string }[];
}

const recorded = loadRecorded('cache-keys') as unknown as Recorded;

const DIALECTS: Readonly<Record<string, DialectId>> = {
  '/v1/chat/completions': 'openai-chat',
  '/v1/completions': 'openai-completions',
  '/v1/embeddings': 'openai-embeddings',
  '/v1/messages': 'anthropic-messages',
  '/v1/responses': 'openai-responses',
};

const SETTINGS: CachingSettings = {
  kind: 'memory',
  reads: true,
  groups: groupsOf(),
  optIn: false,
  ttlSeconds: 600,
  namespace: recorded.namespace,
  dialects: new Set(Object.values(DIALECTS)),
  messagesMax: 4,
  providerParams: false,
  bytesMax: 1_000_000,
};

function groupsOf(): CachingSettings['groups'] {
  const settings = {
    litellm_settings: { cache: true, cache_params: { type: 'local' } },
    router_settings: { caching_groups: recorded.groups },
  };
  const outcome = parseConfig({ model_list: [], ...settings }, { env: {} });
  if (!outcome.ok || outcome.config.caching === undefined) throw new Error('no cache');
  return outcome.config.caching.groups;
}

function callOf(text: string, path = '/v1/chat/completions', defaults: JsonObject = {}): CacheCall {
  const scanned = scanRawObject(new TextEncoder().encode(text));
  if (!scanned.ok) throw new Error(scanned.error.kind);
  const body = scanned.value;
  const model = String(body.value['model']);
  const settings = { ...NO_SETTINGS, defaults };
  const plan = { dialect: DIALECTS[path] ?? 'openai-chat', stream: body.value['stream'] === true, answerModel: model, settings };
  return toCacheCall(SETTINGS, { body, headers: {}, memory: {} }, plan, model, undefined);
}

describe('as LiteLLM has it', () => {
  test('the parameters that tell calls apart', () => {
    expect([...API_PARAMS].toSorted()).toStrictEqual(recorded.params);
  });

  test.each(recorded.calls)('$path $body', ({ path, body, material, key }) => {
    const call = callOf(body, path, body.includes('"model":"set"') ? recorded.defaults : {});
    expect(cacheMaterial(call, false)).toBe(material);
    if (!call.stream) expect(useOfCache(SETTINGS, call)?.key).toBe(key);
  });
});

test.each(recorded.inputs)('as LiteLLM has it, each input by itself: $body', ({ body, materials, keys }) => {
  const call = callOf(body, '/v1/embeddings', body.includes('"model":"sized"') ? { dimensions: 8, user: 'd' } : {});
  const { input } = call.body.value;
  const inputs: readonly JsonValue[] = Array.isArray(input) ? input : [input ?? null];
  expect(inputs.map((one) => cacheMaterial(call, false, JSON.stringify(one)))).toStrictEqual(materials);
  expect(usesOfInputs(SETTINGS, call, inputs)?.map(({ key }) => key)).toStrictEqual(keys);
});

describe('whatever a body says', () => {
  const texts = fc.string({ unit: 'binary' }).map((text) => text.toWellFormed());
  const body = (content: unknown, more: object = {}): string =>
    JSON.stringify({ model: 'm', messages: [{ role: 'user', content }], ...more });

  test('equal bodies have equal keys, however they are written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), texts, (value, text) => {
        const plain = body(text, { tools: [value] });
        const spaced = JSON.stringify(JSON.parse(plain), null, 2);
        expect(cacheKey(callOf(spaced), false)).toBe(cacheKey(callOf(plain), false));
      }),
    );
  });

  test('different conversations have different keys', () => {
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        fc.pre(one !== other);
        expect(cacheKey(callOf(body(one)), false)).not.toBe(cacheKey(callOf(body(other)), false));
      }),
    );
  });

  test('a stream and another dialect of it never share a key', () => {
    const call = callOf(body('a', { stream: true }));
    const calls: CacheCall[] = [call, { ...call, stream: false }, { ...call, dialect: 'openai-completions' }];
    expect(new Set(calls.map((one) => cacheKey(one, false))).size).toBe(calls.length);
  });

  test('no body names a key', () => {
    const own = { cache_key: 'k', litellm_params: { preset_cache_key: 'k' }, preset_cache_key: 'k' };
    for (const counts of [true, false]) expect(cacheKey(callOf(body('a', own)), counts)).toBe(cacheKey(callOf(body('a')), counts));
  });

  test('members that only a provider knows count where the settings say so, the gateway’s own never do', () => {
    const key = (more: object, counts: boolean): string => cacheKey(callOf(body('a', more)), counts);
    expect(key({ foo: 1 }, false)).toBe(key({}, false));
    expect(key({ foo: 1 }, true)).not.toBe(key({ foo: 2 }, true));
    expect(key({ num_retries: 1, metadata: { a: 1 } }, true)).toBe(key({}, true));
  });
});
