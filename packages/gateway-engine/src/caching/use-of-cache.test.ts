import { NO_SETTINGS, toRawObject, type JsonObject } from '@stagegate/core-transforms';
import { describe, expect, test } from 'vitest';
import type { CachingSettings } from '../ports/index.ts';
import { toCacheCall, type CacheCall } from './cache-call.ts';
import { isWorthKeeping, KEPT_CHARS_MAX, readKept } from './kept-answer.ts';
import { useOfCache } from './use-of-cache.ts';

const SETTINGS: CachingSettings = {
  kind: 'memory',
  reads: true,
  groups: new Map(),
  optIn: false,
  ttlSeconds: 600,
  namespace: undefined,
  dialects: new Set(['openai-chat']),
  messagesMax: 4,
  providerParams: false,
  bytesMax: 1_000_000,
};

const MESSAGE = { role: 'user', content: 'hi' };

function callOf(body: JsonObject = {}, more: Partial<CacheCall> = {}): CacheCall {
  const whole = toRawObject({ model: 'm', messages: [MESSAGE], ...body });
  return { dialect: 'openai-chat', body: whole, stream: false, keyGroup: 'm', answerModel: 'm', defaults: {}, control: {}, ...more };
}

const control = (said: JsonObject): CacheCall => callOf({}, { control: said });

describe('what a call has to do with the cache', () => {
  test.each<[string, CacheCall, Partial<CachingSettings>, object | undefined]>([
    ['a plain call', callOf(), {}, { reads: true, stores: true, ttlSeconds: 600, ageSecondsMax: undefined }],
    ['another dialect', callOf({}, { dialect: 'mistral-ocr' }), {}, undefined],
    ['no-cache', control({ 'no-cache': true }), {}, { reads: false, stores: true }],
    ['no-store', control({ 'no-store': true }), {}, { reads: true, stores: false }],
    ['both', control({ 'no-cache': true, 'no-store': true }), {}, undefined],
    ['ttl', control({ ttl: 5 }), {}, { ttlSeconds: 5 }],
    ['s-maxage', control({ 's-maxage': 7 }), {}, { ageSecondsMax: 7 }],
    ['s-max-age', control({ 's-max-age': '7' }), {}, { ageSecondsMax: 7 }],
    ['what cannot be read', control({ ttl: 'x', 's-maxage': -1 }), {}, { ttlSeconds: 600, ageSecondsMax: undefined }],
    ['five messages', callOf({ messages: Array.from({ length: 5 }, () => MESSAGE) }), {}, undefined],
    ['five messages without a limit', callOf({ messages: Array.from({ length: 5 }, () => MESSAGE) }), { messagesMax: undefined }, {}],
    ['caching: false', callOf({ caching: false }), {}, { reads: false, stores: true }],
    ['caching: 1', callOf({ caching: 1 }), {}, { reads: false, stores: true }],
    ['caching: null', callOf({ caching: null }), { reads: false }, { reads: true }],
    ['caching: true', callOf({ caching: true }), { reads: false }, { reads: true, stores: true }],
    ['caching: true, but no-cache', callOf({ caching: true }, { control: { 'no-cache': true } }), {}, { reads: false }],
    ['answers that are not given again', callOf(), { reads: false }, { reads: false, stores: true }],
    ['the same, and no-store', control({ 'no-store': true }), { reads: false }, undefined],
    ['a cache that nobody asked for', callOf(), { optIn: true }, undefined],
    ['one that was asked for', control({ 'use-cache': true }), { optIn: true }, { reads: true }],
  ])('%s', (_name, call, settings, expected) => {
    const use = useOfCache({ ...SETTINGS, ...settings }, call);
    if (expected === undefined) expect(use).toBeUndefined();
    else expect(use).toMatchObject(expected);
  });

  test('a namespace of the call comes before that of its metadata, and that before the settings’', () => {
    const spaceOf = (body: JsonObject, said: JsonObject = {}): string | undefined =>
      useOfCache({ ...SETTINGS, namespace: 'c' }, callOf(body, { control: said }))?.key.split(':')[0];
    const metadata = { redis_namespace: 'b' };
    expect([spaceOf({ metadata }, { namespace: 'a' }), spaceOf({ metadata }), spaceOf({})]).toStrictEqual(['a', 'b', 'c']);
  });

  const said = { ttl: 5, namespace: 'n', 'use-cache': true };
  test.each<[string, JsonObject | undefined, JsonObject]>([
    ['nobody', undefined, said],
    ['a key that says nothing of it', { tags: [] }, said],
    [
      'a key that says something',
      { cache: { 'no-cache': true, 's-maxage': 3, namespace: 'own', 'use-cache': true } },
      { 'no-cache': true, 's-maxage': 3 },
    ],
    ['a key that says nothing that is known', { cache: null }, {}],
  ])('what the key says stands in place of what the body says: %s', (_name, metadata, expected) => {
    const client = { body: toRawObject({ model: 'm', cache: said }), headers: {}, memory: {} };
    const plan = { dialect: 'openai-chat', stream: false, answerModel: 'm', settings: NO_SETTINGS } as const;
    expect(toCacheCall(SETTINGS, client, plan, 'm', metadata === undefined ? undefined : { metadata }).control).toStrictEqual(expected);
  });
});

describe('what was kept', () => {
  const USE = { key: 'k', reads: true, stores: true, ageSecondsMax: 10, ttlSeconds: 600 };
  const answer = (members: object): string =>
    JSON.stringify({ object: 'chat.completion', model: 'other', choices: [{ message: { content: 'x' } }], ...members });

  test('an answer that is too old is none', () => {
    const kept = { text: answer({}), storedMs: 0 };
    expect(readKept(kept, USE, callOf(), 10_000)).toBeDefined();
    expect(readKept(kept, USE, callOf(), 10_001)).toBeUndefined();
  });

  test.each([
    ['another dialect', answer({ object: 'text_completion' })],
    ['nothing said', answer({ choices: [] })],
    ['no JSON', 'data: {}'],
    ['an error', '{"error":{"message":"no"}}'],
  ])('%s is no answer', (_name, text) => {
    expect(readKept({ text, storedMs: 0 }, USE, callOf(), 0)).toBeUndefined();
    expect(isWorthKeeping(text, callOf())).toBe(false);
  });

  test('it shows the name that was asked for', () => {
    expect(readKept({ text: answer({}), storedMs: 0 }, USE, callOf(), 0)).toContain('"model":"m"');
  });

  test('a stream shows it too, wherever it stands, and nothing else is touched', () => {
    const event = (model: string, content: string): string => `data: ${JSON.stringify({ model, choices: [{ delta: { content } }] })}\n\n`;
    const events = (model: string): string => event(model, '"model":"a$&b"') + event(model, 'x') + 'data: [DONE]\n\n';
    const read = (call: Partial<CacheCall>): unknown =>
      readKept({ text: events('a$&b'), storedMs: 0 }, USE, callOf({}, { stream: true, ...call }), 0);
    expect(read({ answerModel: 'it"s $1' })).toBe(events('it"s $1').replaceAll('\\"model\\":\\"it\\"s $1', '\\"model\\":\\"a$&b'));
    expect(read({ answerModel: undefined })).toBe(events('a$&b'));
    expect(read({ dialect: 'openai-responses' })).toBe(events('a$&b'));
  });

  test('what the reference has kept loses what it does not show', () => {
    const text = answer({ moderation: null, _hidden_params: { a: 1 }, choices: [{ message: { content: null, tool_calls: null } }] });
    const shown: unknown = JSON.parse(readKept({ text, storedMs: 0, foreign: true }, USE, callOf(), 0) ?? '');
    expect(shown).toStrictEqual({ object: 'chat.completion', model: 'm', choices: [{ message: { content: null } }] });
  });

  test('an answer that is too large is not kept, nor a stream that says nothing', () => {
    expect(isWorthKeeping(answer({ padding: 'x'.repeat(KEPT_CHARS_MAX) }), callOf())).toBe(false);
    const stream = callOf({}, { stream: true });
    expect(isWorthKeeping('data: {"choices":[{"delta":{"content":""}}]}\n\ndata: [DONE]\n\n', stream)).toBe(false);
    expect(isWorthKeeping('data: {"choices":[{"delta":{"content":"a"}}]}\n\ndata: [DONE]\n\n', stream)).toBe(true);
  });
});
