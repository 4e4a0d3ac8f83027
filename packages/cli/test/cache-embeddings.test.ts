import type { JsonObject } from '@stagegate/core-transforms';
import { createMemoryCache, createRedisCache } from '@stagegate/gateway-engine/response-cache';
import { systemClock, type ResponseCache } from '@stagegate/gateway-engine/ports';
import { HTTP_LANES, type HttpLane } from '@stagegate/parity/lanes';
import { isJsonRecord, startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { callerWith, type Call } from './support/cache-calls.ts';
import { caller, memoryKeys } from './support/callers.ts';
import { configFor, startGateway } from './support/gateway.ts';
import { useRedis } from './support/use-redis.ts';

/** Embeddings that are kept each by itself, in memory and in a real Redis, in every lane, over sockets. */

const PATH = '/v1/embeddings';

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await startFakeUpstream();
});
afterAll(() => upstream.close());
beforeEach(() => upstream.clearScripts());

async function gatewayOf(lane: HttpLane, cache: ResponseCache, params: JsonObject, apiKey?: string): Promise<Call> {
  const settings = { num_retries: 0, cache: true, cache_params: params };
  const keys = apiKey === undefined ? undefined : memoryKeys({ [apiKey]: limitedCaller() });
  const gateway = await startGateway(lane, configFor(upstream.url, { litellm_settings: settings }), { keys, cache });
  onTestFinished(() => gateway.close());
  return callerWith(gateway.url, apiKey);
}

/** Ten tokens a minute. */
function limitedCaller(): ReturnType<typeof caller> {
  const rates = { scope: 'api_key', id: 'k', requests: undefined, tokens: 10, parallel: undefined };
  return caller({ rates: { own: [rates], byModel: [], others: [] } });
}

const memory = (): ResponseCache => createMemoryCache({ bytesMax: 1_000_000 }, systemClock);
const inMemory = (lane: HttpLane): Promise<Call> => gatewayOf(lane, memory(), { type: 'local' });
const embed = (input: unknown, more: JsonObject = {}): JsonObject => ({ model: 'vectors', input: input as string, ...more });

/** What the provider is asked for while something is done. */
async function inputsAsked(calls: () => Promise<unknown>): Promise<readonly unknown[]> {
  const before = upstream.requests.length;
  await calls();
  return upstream.requests.slice(before).map(({ json }) => (isJsonRecord(json) ? json['input'] : json));
}

describe.each(HTTP_LANES)('%s', (lane) => {
  test('only what is missing is asked for, and the answer is what it would be without a cache', async () => {
    const [call, plain] = [await inMemory(lane), callerOf(lane)];
    expect(await inputsAsked(() => call(PATH, embed('good day')))).toEqual(['good day']);
    expect(await inputsAsked(() => call(PATH, embed(['b', 'good day', 'c c'])))).toEqual([['b', 'c c']]);
    const input = ['c c', 'x y z', 'b', 'good day', 'x'];
    let joined = '';
    const asked = await inputsAsked(async () => {
      joined = (await call(PATH, embed(input))).text;
    });
    expect(asked).toEqual([['x y z', 'x']]);
    expect(JSON.parse(joined)).toEqual(JSON.parse((await (await plain)(PATH, embed(input))).text));
  });

  test('where all is kept, nobody is asked; of one input the key is shown', async () => {
    const call = await inMemory(lane);
    const first = await call(PATH, embed(['a', 'b']));
    const asked = await inputsAsked(async () => {
      const second = await call(PATH, embed(['a', 'b']));
      expect([second.status, second.key, second.modelId]).toEqual([200, null, first.modelId]);
      expect(JSON.parse(second.text)).toEqual(JSON.parse(first.text));
      expect((await call(PATH, embed(['b']))).key).toMatch(/^[0-9a-f]{64}$/u);
    });
    expect(asked).toEqual([]);
  });

  test('what tells calls apart tells embeddings apart, and a call says for itself', async () => {
    const call = await inMemory(lane);
    await call(PATH, embed('a'));
    for (const more of [
      { dimensions: 2 },
      { encoding_format: 'base64' },
      { user: 'u' },
      { cache: { 'no-cache': true } },
      { cache: { namespace: 'n' } },
    ])
      expect(await inputsAsked(() => call(PATH, embed('a', more)))).toEqual(['a']);
    expect(await inputsAsked(() => call(PATH, embed(['a', 'b'], { cache: { 'no-store': true } })))).toEqual([['b']]);
    expect(await inputsAsked(() => call(PATH, embed(['a', 'b'])))).toEqual([['b']]);
  });

  test('an error keeps nothing, and what was kept before stays', async () => {
    const call = await inMemory(lane);
    await call(PATH, embed('a'));
    upstream.enqueue({ status: 500, body: { error: { message: 'no' } } });
    expect((await call(PATH, embed(['a', 'b']))).status).toBe(500);
    upstream.enqueue({ status: 200, body: { object: 'list', data: [], usage: {} } });
    expect((await call(PATH, embed(['a', 'b']))).status).toBe(502);
    expect(await inputsAsked(() => call(PATH, embed(['a', 'b'])))).toEqual([['b']]);
  });

  test('what was kept counts towards the limits of its caller as what was asked for does', async () => {
    const call = await gatewayOf(lane, memory(), { type: 'local' }, 'sk-limited');
    const words = 'one two three four';
    expect((await call(PATH, embed(words))).status).toBe(200);
    expect((await call(PATH, embed([words, 'five']))).status).toBe(200);
    expect((await call(PATH, embed(words))).status).toBe(429);
  });
});

/** A caller of a gateway without a cache. */
async function callerOf(lane: HttpLane): Promise<Call> {
  const gateway = await startGateway(lane, configFor(upstream.url));
  onTestFinished(() => gateway.close());
  return callerWith(gateway.url);
}

describe('a Redis', () => {
  const used = useRedis();

  const inRedis = (lane: HttpLane): Promise<Call> =>
    gatewayOf(lane, createRedisCache(used.redis, undefined), { type: 'redis', host: '127.0.0.1' });
  const ask = async (...command: string[]): Promise<unknown> => {
    const answer = await used.redis.send(command);
    return answer.ok ? answer.value : answer.error;
  };

  test.each(HTTP_LANES)('%s: what one instance keeps, another reads, in the form in which LiteLLM keeps and reads it', async (lane) => {
    const [one, other] = [await inRedis(lane), await inRedis(lane)];
    await one(PATH, embed(['a', 'b c']));
    await vi.waitFor(async () => expect(await ask('DBSIZE')).toBe(2), 60_000);
    const { key } = await other(PATH, embed('b c'));
    const kept = JSON.parse(String(await ask('GET', key ?? ''))) as { readonly response: string };
    expect(JSON.parse(kept.response)).toEqual({
      embedding: [3, expect.closeTo(0.22, 2), 0.5],
      index: 0,
      object: 'embedding',
      model: 'vectors',
      prompt_tokens: 1,
      prompt_tokens_details: null,
      format_version: 2,
    });
    const foreign = {
      timestamp: Date.now() / 1000,
      response: { ...JSON.parse(kept.response), embedding: [7], model: 'its own', prompt_tokens: 5 },
    };
    await ask('SET', key ?? '', JSON.stringify(foreign));
    const asked = await inputsAsked(async () => {
      const answer = await other(PATH, embed(['a', 'b c', 'd']));
      expect(JSON.parse(answer.text)).toMatchObject({
        model: 'vectors',
        data: [{}, { index: 1, embedding: [7] }, {}],
        usage: { prompt_tokens: 8 },
      });
    });
    expect(asked).toEqual([['d']]);
  });
});
