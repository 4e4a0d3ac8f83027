import { chooseTransform, fail, ok, type CallTransform, type ChooseTransform } from '@stagegate/core-transforms';
import { describe, expect, test } from 'vitest';
import { memorySink, memoryUpstream, rawCall, type Scripted } from '../../test/make-call.ts';
import { config, deployment } from '../../test/make-config.ts';
import {
  silentLog,
  systemClock,
  systemIds,
  type CallAnswer,
  type GatewayConfig,
  type Log,
  type RawCall,
  type Upstream,
} from '../ports/index.ts';
import { createEngine } from './index.ts';

const ASK = { model: 'group', messages: [{ role: 'user', content: 'hello' }] };
const COMPLETION = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
});

interface Made {
  readonly upstream?: Upstream;
  readonly config?: GatewayConfig;
  readonly transforms?: ChooseTransform;
  readonly log?: Log;
}

async function run(raw: RawCall, made: Made = {}, id = '/v1/chat/completions'): Promise<CallAnswer> {
  const upstream = made.upstream ?? memoryUpstream({ pieces: [COMPLETION] });
  const engine = createEngine({
    config: made.config ?? config(),
    transforms: made.transforms ?? chooseTransform,
    upstream,
    credentials: { authorize: async () => ({}) },
    clock: systemClock,
    ids: systemIds,
    log: made.log ?? silentLog,
  });
  const route = engine.routes.find((candidate) => candidate.id === id);
  if (route === undefined) throw new Error(id);
  return engine.run(route, raw);
}

function bodyOf(answer: CallAnswer): unknown {
  return JSON.parse(String(answer.body));
}

describe('a whole answer', () => {
  test('goes to the deployment with its key and comes back under the name that was asked for', async () => {
    const upstream = memoryUpstream({ pieces: [COMPLETION], headers: { 'x-request-id': 'req-1', connection: 'keep-alive' } });
    const answer = await run(rawCall(ASK, { lane: 'hono' }), { upstream });
    expect(bodyOf(answer)).toMatchObject({ model: 'group', choices: [{ message: { content: 'hi' } }] });
    expect(upstream.sent[0]).toMatchObject({
      url: 'http://provider.test/v1/chat/completions',
      headers: { authorization: 'Bearer key-of-provider' },
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(String(answer.body))),
      'x-stagegate-lane': 'hono',
      'x-litellm-version': '1.106.2',
      'x-litellm-model-id': 'id-1',
      'x-litellm-model-group': 'group',
      'x-litellm-model-api-base': 'http://provider.test/v1',
      'x-litellm-call-id': expect.stringMatching(/^[\da-f-]{36}$/u),
      'x-litellm-response-duration-ms': expect.stringMatching(/^\d/u),
      'llm_provider-x-request-id': 'req-1',
      'request-id': 'req-1',
    });
    expect(answer.headers).not.toHaveProperty('llm_provider-connection');
  });

  test.each([
    ['from-the-client', 'from-the-client'],
    ['x'.repeat(256), 'x'.repeat(256)],
  ])('keeps the call id of the client', async (sent, shown) => {
    expect((await run(rawCall(ASK, { headers: { 'x-litellm-call-id': sent } }))).headers['x-litellm-call-id']).toBe(shown);
  });

  test.each(['', 'x'.repeat(257)])('makes a call id of its own instead of %j', async (sent) => {
    const { headers } = await run(rawCall(ASK, { headers: { 'x-litellm-call-id': sent } }));
    expect(headers['x-litellm-call-id']).toMatch(/^[\da-f]{8}-/u);
  });

  test('shows rate limits under their common names, whatever the provider calls them', async () => {
    const headers = { 'anthropic-ratelimit-requests-limit': '40', 'x-ratelimit-remaining-tokens': '7', 'retry-after': '3' };
    const answer = await run(rawCall(ASK), { upstream: memoryUpstream({ pieces: [COMPLETION], headers }) });
    expect(answer.headers).toMatchObject({
      'x-ratelimit-limit-requests': '40',
      'llm_provider-x-ratelimit-limit-requests': '40',
      'llm_provider-anthropic-ratelimit-requests-limit': '40',
      'x-ratelimit-remaining-tokens': '7',
      'retry-after': '3',
    });
  });

  test('a model in the path wins, and the answer shows the body’s name for it, else the provider’s own', async () => {
    const upstream = memoryUpstream({ pieces: [COMPLETION] }, { pieces: [COMPLETION] });
    const ask = async (more: object): Promise<unknown> =>
      bodyOf(await run(rawCall({ messages: ASK.messages, ...more }, { path: '/engines/group/chat/completions' }), { upstream }));
    expect(await ask({ model: 'nobody' })).toMatchObject({ model: 'nobody' });
    expect(await ask({})).toMatchObject({ model: 'gpt-4o' });
    expect(JSON.parse(new TextDecoder().decode(upstream.sent[0]?.body as Uint8Array))).toMatchObject({ model: 'gpt-4o' });
  });

  test.each([
    [{}, {}, { headersMs: 6_000_000, totalMs: 6_000_000, connectMs: 10_000 }],
    [{ timeoutSeconds: 9 }, {}, { headersMs: 9_000, idleMs: 9_000, totalMs: 9_000, connectMs: 9_000 }],
    [{ timeoutSeconds: 9, streamTimeoutSeconds: 2 }, { stream: true }, { headersMs: 2_000, idleMs: 2_000, totalMs: 6_000_000 }],
    [{ timeoutSeconds: 9 }, { timeout: 0.5 }, { headersMs: 500, connectMs: 500 }],
  ])('waits as long as %j and %j say', async (row, wish, timeouts) => {
    const upstream = memoryUpstream({ pieces: [COMPLETION] });
    await run(rawCall({ ...ASK, ...wish }), { upstream, config: config({ deployments: [deployment(row)] }) });
    expect(upstream.sent[0]?.timeouts).toMatchObject(timeouts);
  });
});

const declining: ChooseTransform = () => fail({ kind: 'declined', path: 'tools', reason: 'unknown shape' });

const buggy: ChooseTransform = () => {
  throw new Error('a secret detail');
};

describe('a response', () => {
  const PREVIOUS = JSON.stringify({ id: 'resp_of_provider', object: 'response', status: 'completed', output: [] });
  const two = ['one', 'two'].map((id) => deployment({ id, apiBase: `http://${id}.test/v1` }));

  test('goes on at the deployment that gave it, on any instance', async () => {
    const given = await run(
      rawCall({ model: 'group', input: 'hello' }),
      { upstream: memoryUpstream({ pieces: [PREVIOUS] }) },
      '/v1/responses',
    );
    const { id } = JSON.parse(String(given.body));
    expect(id).not.toContain('of_provider');
    const deployments = [...two, deployment()];
    for (let times = 0; times < 8; times += 1) {
      const upstream = memoryUpstream({ pieces: [PREVIOUS] });
      const asked = rawCall({ model: 'group', input: 'and now?', previous_response_id: id });
      const answer = await run(asked, { upstream, config: config({ deployments }) }, '/v1/responses');
      expect(upstream.sent[0]?.url).toBe('http://provider.test/v1/responses');
      expect(JSON.parse(String(upstream.sent[0]?.body))).toMatchObject({ previous_response_id: 'resp_of_provider' });
      expect(bodyOf(answer)).toMatchObject({ id });
    }
  });

  test('that was given out elsewhere is refused, and nothing is sent', async () => {
    const upstream = memoryUpstream({ pieces: [PREVIOUS] });
    const asked = rawCall({ model: 'group', input: 'hello', previous_response_id: 'resp_of_provider' });
    const answer = await run(asked, { upstream, config: config({ deployments: two }) }, '/v1/responses');
    expect([answer.status, upstream.sent]).toStrictEqual([400, []]);
    expect(bodyOf(answer)).toMatchObject({ error: { type: 'invalid_request_error', code: '400', param: 'previous_response_id' } });
  });
});

describe('refusals', () => {
  test('nobody without a key is read', async () => {
    const raw = { ...rawCall('x'), header: () => undefined, readBody: () => Promise.reject(new Error('read')) };
    expect(await run(raw)).toMatchObject({ status: 401 });
  });

  test('members of a deployment pass when the operator says so', async () => {
    const answer = await run(rawCall({ ...ASK, api_base: 'http://x' }), { config: config({ allowClientSideCredentials: true }) });
    expect(answer.status).not.toBe(401);
    expect(await run(rawCall({ ...ASK, api_base: 'http://x' }))).toMatchObject({ status: 401 });
  });

  test('an empty body says what is missing', async () => {
    const answer = await run(rawCall(''));
    expect(bodyOf(answer)).toStrictEqual({
      error: {
        message: "/chat/completions: Missing required parameter: 'messages'.",
        type: 'invalid_request_error',
        param: 'messages',
        code: '400',
      },
    });
  });

  test('a declined call says by whom and why, and nothing was sent', async () => {
    const upstream = memoryUpstream();
    const answer = await run(rawCall(ASK), { upstream, transforms: declining });
    expect(answer).toMatchObject({ status: 400, declined: { by: 'core', reason: 'tools: unknown shape' } });
    expect(answer.headers['x-stagegate-declined']).toBe('core: tools: unknown shape');
    expect(upstream.sent).toHaveLength(0);
  });

  test.each([
    ['connect', 500],
    ['connect-timeout', 408],
    ['headers-timeout', 408],
    ['reset', 502],
  ] as const)('an upstream that fails with %s is %i', async (kind, status) => {
    expect(await run(rawCall(ASK), { upstream: memoryUpstream({ kind, message: 'm' }) })).toMatchObject({ status });
  });

  test('a bug is a plain 500 for the client and a line in the log', async () => {
    const events: string[] = [];
    const log: Log = { ...silentLog, error: (event, fields) => void events.push(`${event} ${fields?.['message']}`) };
    const answer = await run(rawCall(ASK), { transforms: buggy, log });
    expect(answer.status).toBe(500);
    expect(String(answer.body)).not.toContain('secret');
    expect(events.join()).toContain('a secret detail');
  });
});

/** Upper-cases text; `!` in it is an error, an end without `.` is a cut. */
const shouting: CallTransform['stream'] = () => ({
  start: () => '',
  step: (state, text) => {
    const seen = `${String(state)}${text}`;
    const out = [text.replaceAll('!', '').toUpperCase()];
    const error = { kind: 'bad-upstream', provider: 'p', message: 'shouted at' } as const;
    return text.includes('!') ? { state: seen, out: text === '!' ? [] : out, error } : { state: seen, out: text === '-' ? [] : out };
  },
  end: (state) => {
    const seen = String(state);
    if (seen.endsWith('.')) return { state, out: ['<end>'] };
    if (seen.endsWith('<done>')) return { state, out: [] };
    return { state, out: [], error: { kind: 'stream-cut', provider: 'p', phase: 'talking' } };
  },
});

const transforms: ChooseTransform = () =>
  ok({
    request: () => ok({ method: 'POST' as const, url: 'http://provider.test', headers: {}, auth: { kind: 'none' as const }, body: '' }),
    response: () => ok({ body: '{}' }),
    error: () => ({ kind: 'bad-upstream', provider: 'p', message: 'refused' }) as const,
    stream: shouting,
  });

async function stream(
  script: Scripted,
  full?: () => Promise<void>,
): Promise<{ answer: CallAnswer; text: string; writes: readonly string[] }> {
  const answer = await run(rawCall({ ...ASK, stream: true }), { transforms, upstream: memoryUpstream(script) });
  if (typeof answer.body === 'string' || answer.body instanceof Uint8Array) return { answer, text: String(answer.body), writes: [] };
  const sink = memorySink(full);
  await answer.body.pump(sink);
  return { answer, text: sink.writes.join(''), writes: sink.writes };
}

const RESET = { kind: 'reset', message: 'gone' } as const;
const errorEvents = (text: string): number => text.split('data: {"error"').length - 1;

describe('a stream', () => {
  test('comes piece by piece and ends as its format ends', async () => {
    const { answer, text, writes } = await stream({ pieces: ['a', async () => undefined, 'b', async () => undefined, 'c.'] });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    });
    expect(text).toBe('ABC.<end>');
    expect(writes.length).toBeLessThanOrEqual(4);
  });

  test('a character cut across pieces comes whole', async () => {
    const bytes = Buffer.from('aé😀.');
    const pieces = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
    expect((await stream({ pieces })).text).toBe('AÉ😀.<end>');
  });

  test.each([
    ['an error before the first event', { pieces: ['!'] }, 502],
    ['an error after silence', { pieces: ['-', '!'] }, 502],
    ['a cut before the first event', { pieces: [], end: RESET }, 502],
    ['a clean end with nothing in it', { pieces: [] }, 502],
    ['a timeout before the first event', { pieces: ['-'], end: { kind: 'idle-timeout', message: 'm' } as const }, 408],
  ])('%s is a status', async (_what, script, status) => {
    const { answer, text } = await stream(script);
    expect(answer.status).toBe(status);
    expect(JSON.parse(text)).toHaveProperty('error.message');
  });

  test.each([
    ['an error in the middle', { pieces: ['a', 'b!'] }, 'AB'],
    ['a reset in the middle', { pieces: ['a', 'b'], end: RESET }, 'AB'],
    ['a reset after the answer but before its end', { pieces: ['a', 'b.'], end: RESET }, 'AB.'],
    ['a clean end that is none', { pieces: ['a', 'b'] }, 'AB'],
    ['a character that never came whole', { pieces: ['a', Buffer.from('é').subarray(0, 1)] }, 'A\ufffd'],
  ])('%s is the text so far and one error event', async (_what, script, before) => {
    const { answer, text } = await stream(script);
    expect(answer.status).toBe(200);
    expect(text.startsWith(`${before}data: {"error"`)).toBe(true);
    expect(errorEvents(text)).toBe(1);
    expect(text).not.toContain('<end>');
  });

  test('a reset after the very end takes nothing away', async () => {
    expect((await stream({ pieces: ['a', 'b<done>'], end: RESET })).text).toBe('AB<DONE>');
  });

  test('who goes away gets no error event', async () => {
    expect((await stream({ pieces: ['a'], end: { kind: 'aborted', message: 'gone' } })).text).toBe('A');
  });

  test('a client that is full makes the provider wait', async () => {
    let waiting = 0;
    let most = 0;
    const full = async (): Promise<void> => {
      waiting += 1;
      most = Math.max(most, waiting);
      await new Promise((resolve) => setTimeout(resolve, 1));
      waiting -= 1;
    };
    expect((await stream({ pieces: ['a', 'b', 'c', 'd.'] }, full)).text).toBe('ABCD.<end>');
    expect(most).toBeLessThanOrEqual(2);
  });

  test('what nobody takes yet stays bounded', async () => {
    let taken = 0;
    const pieces = Array.from({ length: 100 }, () => ['x'.repeat(10_000), async () => void (taken += 1)]).flat();
    const answer = await run(rawCall({ ...ASK, stream: true }), { transforms, upstream: memoryUpstream({ pieces: [...pieces, '.'] }) });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(taken).toBeLessThan(10);
    const sink = memorySink();
    if (typeof answer.body === 'object' && 'pump' in answer.body) await answer.body.pump(sink);
    expect(sink.writes.join('')).toHaveLength(1_000_001 + '<end>'.length);
  });
});
