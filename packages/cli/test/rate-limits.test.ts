import type { JsonObject } from '@stagegate/core-transforms';
import type { Caller, KeyLookup, RateLimit, RateLimits, ResponseCache } from '@stagegate/gateway-engine/ports';
import { startFakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { callerWith } from './support/cache-calls.ts';
import { caller, memoryKeys } from './support/callers.ts';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';

const upstream = await startFakeUpstream();
afterAll(() => upstream.close());
beforeEach(() => upstream.clearScripts());

const NO_LIMIT: RateLimit = { scope: 'api_key', id: '', requests: undefined, tokens: undefined, parallel: undefined };

function limited(id: string, limits: Partial<RateLimit>, more: Partial<RateLimits> = {}): Caller {
  const own = Object.keys(limits).length === 0 ? [] : [{ ...NO_LIMIT, id, ...limits }];
  return caller({ rates: { own, byModel: [], others: [], ...more } });
}

const USAGE = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30, prompt_tokens_details: { cached_tokens: 5 } };
const ANSWER = { id: 'a', object: 'chat.completion', created: 1, model: 'm', choices: [], usage: USAGE };
const HANGS = { end: 'hang', cutAfterBytes: 0 } as const;

const memory = memoryKeys({
  'sk-two-a-minute': limited('two', { requests: 2 }),
  'sk-two-of-counting': limited('counting', { requests: 2 }),
  'sk-one-at-once': limited('once', { parallel: 1 }),
  'sk-one-stream-at-once': limited('stream', { parallel: 1 }),
  'sk-tokens': limited('tokens', { tokens: 100 }),
  'sk-tokens-of-streams': limited('streams', { tokens: 100 }),
  'sk-tokens-of-failures': limited('failures', { tokens: 60 }),
  'sk-tokens-of-failed-streams': limited('failed-streams', { tokens: 60 }),
  'sk-tokens-of-a-left-stream': limited('left-stream', { tokens: 60, parallel: 1 }),
  'sk-tokens-of-the-silent': limited('silent', { tokens: 60 }),
  'sk-of-bugs': limited('bugs', { tokens: 60, parallel: 1 }),
  'sk-by-model': limited('', {}, { byModel: [{ scope: 'model_per_key', id: 'k', requests: { chat: 1 }, tokens: {} }] }),
});
const CUSTOMER = { id: 'customer', blocked: false, models: [], budget: { spend: 0, max: undefined }, unenforced: [] };
const keys: KeyLookup = {
  find: memory.find,
  findEndUser: async (id) =>
    id === 'customer'
      ? { kind: 'found', endUser: { ...CUSTOMER, rates: { ...NO_LIMIT, scope: 'end_user', id, requests: 1 } } }
      : { kind: 'unknown' },
};

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

describe.each(GATEWAYS)('%s', (lane) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(lane, configFor(upstream.url), { keys });
  });
  afterAll(() => gateway.close());

  function send(key: string, more: JsonObject = {}, signal?: AbortSignal, path = '/v1/chat/completions'): Promise<Response> {
    const body = JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }], ...more });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    return fetch(`${gateway.url}${path}`, { method: 'POST', headers, body, ...(signal !== undefined && { signal }) });
  }
  async function chat(key: string, more: JsonObject = {}, path?: string): Promise<Answer> {
    const answer = await send(key, more, undefined, path);
    return { status: answer.status, headers: answer.headers, body: await answer.text() };
  }
  const statuses = async (count: number, call: () => Promise<Answer>): Promise<readonly number[]> => {
    const seen: number[] = [];
    for (let at = 0; at < count; at += 1) seen.push((await call()).status);
    return seen;
  };

  test('the third of two requests a minute is refused in the reference’s words, and no provider hears of it', async () => {
    const first = await chat('sk-two-a-minute');
    expect([first.status, first.headers.get('x-ratelimit-api_key-limit-requests')]).toStrictEqual([200, '2']);
    expect(first.headers.get('x-ratelimit-api_key-remaining-requests')).toBe('1');
    expect((await chat('sk-two-a-minute', { stream: true })).headers.get('x-ratelimit-api_key-remaining-requests')).toBe('0');
    const before = upstream.requests.length;
    const refused = await chat('sk-two-a-minute');
    const told = ['retry-after', 'rate_limit_type'].map((name) => refused.headers.get(name));
    expect([refused.status, ...told]).toStrictEqual([429, '60', 'requests']);
    const { error } = JSON.parse(refused.body) as { error: JsonObject };
    expect(error).toMatchObject({ type: 'throttling_error', param: null, code: '429' });
    expect(error['message']).toMatch(
      /^Rate limit exceeded for api_key: two\. Limit type: requests\. Current limit: 2, Remaining: 0\. Limit resets at: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/u,
    );
    expect(upstream.requests.length).toBe(before);
    expect((await chat(MASTER_KEY)).headers.get('x-ratelimit-api_key-limit-requests')).toBeNull();
  });

  test('Anthropic’s clients are refused in their own envelope, and counting tokens takes nothing', async () => {
    const count = (): Promise<Answer> => chat('sk-two-of-counting', { model: 'messages' }, '/v1/messages/count_tokens');
    expect(await statuses(4, count)).toStrictEqual([200, 200, 200, 200]);
    const message = (): Promise<Answer> => chat('sk-two-of-counting', { model: 'messages', max_tokens: 5 }, '/v1/messages');
    expect(await statuses(2, message)).toStrictEqual([200, 200]);
    const refused = await message();
    expect([refused.status, JSON.parse(refused.body)]).toMatchObject([429, { type: 'error', error: { type: 'rate_limit_error' } }]);
  });

  test('by model and by customer', async () => {
    expect(await statuses(2, () => chat('sk-by-model'))).toStrictEqual([200, 429]);
    expect((await chat('sk-by-model', { model: 'compatible' })).status).toBe(200);
    expect(await statuses(2, () => chat(MASTER_KEY, { user: 'customer' }))).toStrictEqual([200, 429]);
  });

  test('a place is free again once its call has ended, failed, or lost its client', async () => {
    const heard = (): number => upstream.requests.length;
    for (const stream of [false, true]) {
      const key = stream ? 'sk-one-stream-at-once' : 'sk-one-at-once';
      const more = { stream };
      expect(await statuses(2, () => chat(key, more))).toStrictEqual([200, 200]);
      upstream.enqueue({ status: 400, body: { error: { message: 'no' } } });
      expect((await chat(key, more)).status).toBe(400);
      const before = heard();
      upstream.enqueue(HANGS);
      const patience = new AbortController();
      const hanging = send(key, more, patience.signal).catch(() => 'gone');
      await expect.poll(heard, { interval: 5 }).toBe(before + 1);
      const refused = await chat(key, more);
      expect([refused.status, refused.headers.get('rate_limit_type')]).toStrictEqual([429, 'max_parallel_requests']);
      patience.abort();
      expect(await hanging).toBe('gone');
      await expect.poll(async () => (await chat(key, more)).status, { interval: 20 }).toBe(200);
    }
  });

  test('a stream’s place is free once its client has left in the middle of it', async () => {
    upstream.enqueue({ pieceDelayMs: 10, cutAfterBytes: 400, end: 'hang' });
    const patience = new AbortController();
    const answer = await send('sk-one-stream-at-once', { stream: true }, patience.signal);
    expect(answer.status).toBe(200);
    expect((await chat('sk-one-stream-at-once')).status).toBe(429);
    patience.abort();
    await expect.poll(async () => (await chat('sk-one-stream-at-once')).status, { interval: 20 }).toBe(200);
  });

  test('tokens count as the provider says, without those from its cache', async () => {
    for (let at = 0; at < 3; at += 1) {
      upstream.enqueue({ body: ANSWER });
      expect((await chat('sk-tokens')).status).toBe(200);
      expect(upstream.requests.at(-1)?.json['max_tokens']).toBe(25);
    }
    // Three times 25 are used, and one more call is thought to take 26.
    const refused = await chat('sk-tokens');
    expect([refused.status, JSON.parse(refused.body)]).toMatchObject([
      429,
      { error: { message: expect.stringContaining('Limit type: tokens. Current limit: 100, Remaining: 25.') } },
    ]);
  });

  test('so do those of streams', async () => {
    const chunk = (more: JsonObject): string => `data: ${JSON.stringify({ id: 'a', object: 'chat.completion.chunk', ...more })}\n\n`;
    const choice = { index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' };
    const usage = { prompt_tokens: 50, completion_tokens: 20, total_tokens: 70 };
    const body = [chunk({ choices: [choice] }), chunk({ choices: [], usage }), 'data: [DONE]\n\n'].join('');
    upstream.enqueue({ body });
    const streamed = await chat('sk-tokens-of-streams', { stream: true, stream_options: { include_usage: true } });
    expect([streamed.status, streamed.body.includes('"total_tokens":70')]).toStrictEqual([200, true]);
    const next = await chat('sk-tokens-of-streams', { max_tokens: 28 });
    expect([next.status, next.headers.get('x-ratelimit-api_key-remaining-tokens')]).toStrictEqual([200, '1']);
  });

  test('an answer that says nothing of tokens counts for those that were thought', async () => {
    upstream.enqueue({ body: { ...ANSWER, usage: null } });
    expect(await statuses(2, () => chat('sk-tokens-of-the-silent', { max_tokens: 50 }))).toStrictEqual([200, 429]);
  });

  test.each([
    { key: 'sk-tokens-of-failures', stream: false },
    { key: 'sk-tokens-of-failed-streams', stream: true },
  ])('a call that failed, or lost its client before anything came, takes no tokens: %j', async ({ key, stream }) => {
    const more = { stream, max_tokens: 50 };
    upstream.enqueue(...Array.from({ length: 3 }, () => ({ status: 400, body: { error: { message: 'no' } } })));
    expect(await statuses(3, () => chat(key, more))).toStrictEqual([400, 400, 400]);
    const before = upstream.requests.length;
    upstream.enqueue(HANGS);
    const patience = new AbortController();
    const hanging = send(key, more, patience.signal).catch(() => 'gone');
    await expect.poll(() => upstream.requests.length, { interval: 5 }).toBe(before + 1);
    const refused = await chat(key, more);
    expect([refused.status, refused.headers.get('rate_limit_type')]).toStrictEqual([429, 'tokens']);
    patience.abort();
    expect(await hanging).toBe('gone');
    await expect.poll(async () => (await chat(key, more)).status, { interval: 20 }).toBe(200);
  });

  test('of a stream whose client has left in the middle of it those that were thought count: nobody has said how many it took', async () => {
    const key = 'sk-tokens-of-a-left-stream';
    upstream.enqueue({ pieceDelayMs: 10, cutAfterBytes: 400, end: 'hang' });
    const patience = new AbortController();
    expect((await send(key, { stream: true, max_tokens: 50 }, patience.signal)).status).toBe(200);
    const refusedFor = async (): Promise<string | null> => (await chat(key, { max_tokens: 50 })).headers.get('rate_limit_type');
    expect(await refusedFor()).toBe('max_parallel_requests');
    patience.abort();
    let last: string | null = null;
    await expect.poll(async () => (last = await refusedFor()), { interval: 20 }).not.toBe('max_parallel_requests');
    expect(last).toBe('tokens');
  });

  test('a bug ends its call, and what that held is free', async () => {
    const cache: ResponseCache = { read: () => Promise.reject(new Error('a bug')), write: () => undefined, server: undefined };
    const settings = { num_retries: 0, cache: true, cache_params: { type: 'local' } };
    const buggy = await startGateway(lane, configFor(upstream.url, { litellm_settings: settings }), { keys, cache });
    onTestFinished(() => buggy.close());
    const call = callerWith(buggy.url, 'sk-of-bugs');
    for (const stream of [false, true, false]) {
      const body = { model: 'chat', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 50, stream };
      expect((await call('/v1/chat/completions', body)).status).toBe(500);
    }
  });
});
