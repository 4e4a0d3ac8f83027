import type { JsonObject } from '@stagegate/core-transforms';
import { systemClock, type RateLimit, type ResponseCache } from '@stagegate/gateway-engine/ports';
import { createMemoryCache } from '@stagegate/gateway-engine/response-cache';
import { HTTP_LANES, type HttpLane } from '@stagegate/parity/lanes';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { caller, memoryKeys } from './support/callers.ts';
import { configFor, startGateway } from './support/gateway.ts';
import { callerWith, type Call } from './support/cache-calls.ts';

/** Answers that are kept in memory, in every lane, over sockets. */

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await startFakeUpstream();
});
afterAll(() => upstream.close());
beforeEach(() => upstream.clearScripts());

const memory = (): ResponseCache => createMemoryCache({ bytesMax: 1_000_000 }, systemClock);

/** A gateway whose configuration names a cache. */
async function gatewayOf(lane: HttpLane, params: JsonObject = {}, cache = memory(), more: JsonObject = {}): Promise<Call> {
  const settings = { num_retries: 0, cache: true, cache_params: { type: 'local', ...params } };
  const gateway = await startGateway(lane, configFor(upstream.url, { litellm_settings: settings, ...more }), { cache });
  onTestFinished(() => gateway.close());
  return callerWith(gateway.url);
}

const CHAT = '/v1/chat/completions';
const chat = (more: JsonObject = {}): JsonObject => ({ model: 'chat', messages: [{ role: 'user', content: 'hi' }], ...more });

async function countAsked(calls: () => Promise<void>): Promise<number> {
  const before = upstream.requests.length;
  await calls();
  return upstream.requests.length - before;
}

describe.each(HTTP_LANES)('%s', (lane) => {
  test.each<[string, string, JsonObject]>([
    ['chat', CHAT, chat()],
    ['chat, streamed', CHAT, chat({ stream: true })],
    ['chat of another format, streamed', CHAT, chat({ model: 'messages', stream: true })],
    ['messages', '/v1/messages', { ...chat({ model: 'messages' }), max_tokens: 9 }],
    ['messages, streamed', '/v1/messages', { ...chat({ model: 'messages', stream: true }), max_tokens: 9 }],
    ['completions', '/v1/completions', { model: 'compatible', prompt: 'hi' }],
    ['responses of another format, streamed', '/v1/responses', { model: 'compatible', input: 'hi', stream: true }],
  ])('%s: the second answer is the first one again, and asks nobody', async (_name, path, body) => {
    const call = await gatewayOf(lane);
    const first = await call(path, body);
    expect([first.status, first.key]).toStrictEqual([200, null]);
    const asked = await countAsked(async () => {
      const second = await call(path, body);
      expect(second).toMatchObject({ status: 200, text: first.text, type: first.type, modelId: first.modelId });
      expect(second.key).toMatch(/^[0-9a-f]{64}$/u);
      expect((await call(path, body)).key).toBe(second.key);
    });
    expect(asked).toBe(0);
  });

  test('what differs is asked for anew', async () => {
    const call = await gatewayOf(lane);
    const asked = await countAsked(async () => {
      for (const more of [
        {},
        { temperature: 0.1 },
        { stream: true },
        { model: 'compatible' },
        { messages: [{ role: 'user', content: 'ho' }] },
      ])
        await call(CHAT, chat(more));
    });
    expect(asked).toBe(5);
  });

  test('a call says for itself: no-cache asks anew and keeps, no-store reads and does not keep, a namespace is apart', async () => {
    const call = await gatewayOf(lane);
    const cached = async (cache: JsonObject, more: JsonObject = {}): Promise<boolean> =>
      (await call(CHAT, chat({ cache, ...more }))).key !== null;
    expect(await cached({ 'no-store': true })).toBe(false);
    expect(await cached({ 'no-store': true })).toBe(false);
    expect(await cached({ 'no-cache': true })).toBe(false);
    expect(await cached({ 'no-store': true })).toBe(true);
    expect(await cached({ namespace: 'a' })).toBe(false);
    expect(await cached({ namespace: 'b' })).toBe(false);
    expect((await call(CHAT, chat({ cache: { namespace: 'a' } }))).key).toMatch(/^a:[0-9a-f]{64}$/u);
    expect(await cached({ 's-maxage': 0 })).toBe(false);
    expect(await cached({ ttl: 0, namespace: 'c' })).toBe(false);
    expect(await cached({ namespace: 'c' })).toBe(false);
  });

  test('caching: false asks anew and keeps the answer; without cache_responses only calls with caching: true are answered from what is kept', async () => {
    const call = await gatewayOf(lane);
    const cached = async (ask: Call, more: JsonObject = {}): Promise<boolean> => (await ask(CHAT, chat(more))).key !== null;
    expect(await cached(call, { caching: false })).toBe(false);
    expect(await cached(call, { caching: false })).toBe(false);
    expect(await cached(call)).toBe(true);
    const unread = await gatewayOf(lane, {}, memory(), { router_settings: { num_retries: 0, cache_responses: false } });
    expect(await cached(unread)).toBe(false);
    expect(await cached(unread)).toBe(false);
    expect(await cached(unread, { caching: true })).toBe(true);
  });

  test.each([
    ['whole', false],
    ['streamed', true],
  ])('groups that share their answers give each other’s, each under its own name: %s', async (_name, stream) => {
    const call = await gatewayOf(lane, {}, memory(), { router_settings: { num_retries: 0, caching_groups: [['chat', 'compatible']] } });
    const first = await call(CHAT, chat({ stream }));
    const second = await call(CHAT, chat({ stream, model: 'compatible' }));
    expect([first.key, second.text]).toStrictEqual([null, first.text.replaceAll('"model":"chat"', '"model":"compatible"')]);
    expect((await call(CHAT, chat({ stream }))).key).toBe(second.key);
    expect((await call(CHAT, chat({ stream, model: 'messages' }))).key).toBeNull();
  });

  test('what a key says of the cache stands in place of what its calls say', async () => {
    const keys = memoryKeys({ 'sk-fresh': { ...caller(), metadata: { cache: { 'no-cache': true } } } });
    const settings = { num_retries: 0, cache: true, cache_params: { type: 'local' } };
    const gateway = await startGateway(lane, configFor(upstream.url, { litellm_settings: settings }), { keys, cache: memory() });
    onTestFinished(() => gateway.close());
    const fresh = callerWith(gateway.url, 'sk-fresh');
    for (let times = 0; times < 2; times += 1) expect((await fresh(CHAT, chat({ cache: { 'no-store': true } }))).key).toBeNull();
    expect((await callerWith(gateway.url)(CHAT, chat())).key).not.toBeNull();
  });

  test('mode default_off keeps what was asked for; other types of calls, and long conversations, are left alone', async () => {
    const message = { role: 'user', content: 'hi' };
    const optIn = await gatewayOf(lane, { mode: 'default_off' });
    for (const cache of [{}, { 'use-cache': true }]) await optIn(CHAT, chat({ cache }));
    expect((await optIn(CHAT, chat())).key).toBeNull();
    expect((await optIn(CHAT, chat({ cache: { 'use-cache': true } }))).key).not.toBeNull();
    const others = await gatewayOf(lane, { supported_call_types: ['anthropic_messages'] });
    for (let times = 0; times < 2; times += 1) expect((await others(CHAT, chat())).key).toBeNull();
    const long = await gatewayOf(lane);
    const body = chat({ messages: Array.from({ length: 5 }, () => message) });
    for (let times = 0; times < 2; times += 1) expect((await long(CHAT, body)).key).toBeNull();
  });

  test.each<[string, JsonObject, object]>([
    ['an error', chat(), { status: 500, body: { error: { message: 'no' } } }],
    ['an error of the client', chat(), { status: 400, body: { error: { message: 'no' } } }],
    ['an answer that says nothing', chat(), { status: 200, body: { object: 'chat.completion', choices: [] } }],
    ['a stream that breaks off', chat({ stream: true }), { cutAfterBytes: 600, end: 'reset' }],
    ['a stream that ends before it is complete', chat({ stream: true }), { cutAfterBytes: 600, end: 'close' }],
  ])('%s is never kept', async (_name, body, script) => {
    const call = await gatewayOf(lane);
    upstream.enqueue(script);
    await call(CHAT, body);
    expect((await call(CHAT, body)).key).toBeNull();
    expect((await call(CHAT, body)).key).not.toBeNull();
  });

  test('a stream whose client has left is not kept', async () => {
    const call = await gatewayOf(lane);
    const body = chat({ stream: true });
    const leave = new AbortController();
    upstream.enqueue({ pieceDelayMs: 50 });
    const before = upstream.requests.length;
    const left = call(CHAT, body, leave.signal);
    await vi.waitFor(() => expect(upstream.requests[before]?.sentBytes() ?? 0).toBeGreaterThan(500), 60_000);
    leave.abort();
    await left.catch(() => undefined);
    expect(await upstream.requests[before]?.finished).toMatchObject({ aborted: true });
    expect((await call(CHAT, body)).key).toBeNull();
  });

  test('an answer by fallback is kept for the group that gave it, under the name that is asked for', async () => {
    const rows = configFor(upstream.url)['model_list'] as JsonObject[];
    const dead = { model_name: 'dead', litellm_params: { model: 'openai/gpt-4o', api_base: 'http://127.0.0.1:1/v1', api_key: 'k' } };
    const router = { num_retries: 0, disable_cooldowns: true, fallbacks: [{ dead: ['chat'] }] };
    const call = await gatewayOf(lane, {}, memory(), { model_list: [...rows, dead], router_settings: router });
    expect(await call(CHAT, chat({ model: 'dead' }))).toMatchObject({ status: 200, key: null });
    const asked = await call(CHAT, chat());
    expect(asked.key).not.toBeNull();
    expect(asked.text).toContain('"model":"chat"');
    expect((await call(CHAT, chat({ model: 'dead' }))).key).toBe(asked.key);
  });

  async function limitedTo(limits: Partial<RateLimit>): Promise<Call> {
    const rates = { scope: 'api_key', id: 'k', requests: undefined, tokens: undefined, parallel: undefined, ...limits };
    const keys = memoryKeys({ 'sk-limited': caller({ rates: { own: [rates], byModel: [], others: [] } }) });
    const settings = { num_retries: 0, cache: true, cache_params: { type: 'local' } };
    const gateway = await startGateway(lane, configFor(upstream.url, { litellm_settings: settings }), { keys, cache: memory() });
    onTestFinished(() => gateway.close());
    return callerWith(gateway.url, 'sk-limited');
  }

  test('an answer that was kept takes a place of its caller only while it is given', async () => {
    const call = await limitedTo({ tokens: 10_000, parallel: 1 });
    for (const body of [chat({ stream: true }), chat()]) {
      for (let times = 0; times < 4; times += 1) expect((await call(CHAT, body)).status).toBe(200);
      expect((await call(CHAT, body)).key).not.toBeNull();
    }
  });

  test.each([false, true])('an answer that was kept counts its tokens; stream: %j', async (stream) => {
    const call = await limitedTo({ tokens: 60 });
    const usage = { prompt_tokens: 10, completion_tokens: 15, total_tokens: 25 };
    const answer = { id: 'a', created: 1, model: 'm', usage };
    const choice = { index: 0, finish_reason: 'stop' };
    const whole = { ...answer, object: 'chat.completion', choices: [{ ...choice, message: { role: 'assistant', content: 'Hi' } }] };
    const piece = { ...answer, object: 'chat.completion.chunk', choices: [{ ...choice, delta: { content: 'Hi' } }] };
    upstream.enqueue({ body: stream ? `data: ${JSON.stringify(piece)}\n\ndata: [DONE]\n\n` : whole });
    const body = chat({ stream, max_tokens: 10, ...(stream && { stream_options: { include_usage: true } }) });
    const answers = [await call(CHAT, body), await call(CHAT, body), await call(CHAT, body)];
    expect(answers.map(({ status, key }) => [status, key !== null])).toStrictEqual([
      [200, false],
      [200, true],
      // 50 are taken, and a call is thought to take 11.
      [429, false],
    ]);
  });

  test('without a cache in the configuration nothing is kept', async () => {
    const cache = memory();
    const gateway = await startGateway(lane, configFor(upstream.url), { cache });
    onTestFinished(() => gateway.close());
    const call = callerWith(gateway.url);
    for (let times = 0; times < 2; times += 1) expect((await call(CHAT, chat())).key).toBeNull();
  });
});
