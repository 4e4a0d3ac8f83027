import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ProviderRequest } from '@stagegate/core-transforms';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deployment } from '../../test/make-config.ts';
import type { Caller, CallTape, TapedCall } from '../ports/index.ts';
import { createRecorder, readRecords, type CallRecord, type RecordSettings } from './index.ts';
import { readRedaction } from './read-redaction.ts';

let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stagegate-recorder-'));
});

afterEach(() => rm(dir, { recursive: true }));

const CALL: TapedCall = {
  lane: 'hono',
  rule: 'r',
  route: '/v1/chat/completions',
  method: 'POST',
  path: '/v1/chat/completions',
  query: '',
  header: (name) => (name === 'authorization' ? 'Bearer sk-of-the-client' : undefined),
  ambient: { callId: 'id-of-the-call', nowSeconds: 1 },
  isGone: () => false,
};

const given = deployment();

const REQUEST: ProviderRequest = {
  method: 'POST',
  url: 'https://user:pass@provider.test/v1?code=hidden&api-version=2',
  headers: { 'content-type': 'application/json' },
  auth: { kind: 'token', issuer: 'google' },
  body: '{"email":"ann@mail.test"}',
};

/** One call, told as a lane tells it. */
function play(tape: CallTape | undefined, answer: string | Uint8Array = '{"email":"bob@mail.test"}'): void {
  tape?.asked(Buffer.from('{"email":"ann@mail.test","messages":[]}'));
  const attempt = tape?.sent(deployment(), REQUEST, { ...REQUEST.headers, authorization: 'Bearer ya29.fetched-token' });
  attempt?.answered(200, { 'x-echo': 'ya29.fetched-token' });
  attempt?.received(Buffer.from('{"email":"bob@'));
  attempt?.received(Buffer.from('mail.test"}'));
  tape?.replied(200, {});
  tape?.wrote(answer);
  tape?.ended();
}

async function record(
  more: Partial<RecordSettings>,
  tell: (tape: CallTape | undefined) => void | Promise<void> = play,
  call = CALL,
): Promise<readonly CallRecord[]> {
  const settings: RecordSettings = { dir, bytesMax: 1e8, sample: 1, redact: [], content: 'keep', ...more };
  const recorder = createRecorder(settings, { keyHeaderName: undefined, random: () => 0.5, nowMs: () => 1_700_000_000_000 });
  await tell(recorder.begin(call));
  await new Promise((resolve) => setImmediate(resolve));
  await recorder.close();
  const found: CallRecord[] = [];
  for await (const one of readRecords(dir)) found.push(one);
  return found;
}

describe('one call', () => {
  test('whose answer comes from an earlier one leaves no record', async () => {
    const found = await record({}, (tape) => {
      tape?.asked(Buffer.from('{"messages":[]}'));
      tape?.dropped();
      tape?.replied(200, {});
      tape?.wrote('{}');
      tape?.ended();
    });
    expect(found).toStrictEqual([]);
  });

  test('as it was told, without what would let anyone in', async () => {
    const [one] = await record({});
    expect(one).toStrictEqual({
      version: 1,
      id: 'id-of-the-call',
      startedMs: 1_700_000_000_000,
      origin: 'gateway',
      lane: 'hono',
      rule: 'r',
      route: '/v1/chat/completions',
      caller: { keyHash: expect.stringMatching(/^[\da-f]{64}$/u) },
      ambient: CALL.ambient,
      client: {
        method: 'POST',
        path: CALL.path,
        query: '',
        headers: {},
        body: { text: '{"email":"ann@mail.test","messages":[]}' },
      },
      deployment: { id: 'id-1', provider: 'openai', model: 'gpt-4o', modelGroup: 'group' },
      attempts: [
        {
          deployment: { id: 'id-1', provider: 'openai', model: 'gpt-4o', modelGroup: 'group' },
          atMs: expect.any(Number),
          request: {
            method: 'POST',
            url: 'https://provider.test/v1?code=***&api-version=2',
            headers: REQUEST.headers,
            auth: REQUEST.auth,
            body: { text: REQUEST.body },
          },
          answer: {
            status: 200,
            headers: { 'x-echo': 'x'.repeat('ya29.fetched-token'.length) },
            atMs: expect.any(Number),
            body: { text: '{"email":"bob@mail.test"}' },
            pieces: [
              [14, expect.any(Number)],
              [11, expect.any(Number)],
            ],
          },
        },
      ],
      answer: {
        status: 200,
        headers: {},
        atMs: expect.any(Number),
        body: { text: '{"email":"bob@mail.test"}' },
        pieces: [[25, expect.any(Number)]],
      },
    });
  });

  test('whatever stands in its names and headers, and how it ended', async () => {
    const odd = 'a"b\\c\u2028\ud800\n{}';
    const failure = { kind: 'reset', message: odd } as const;
    const call = { ...CALL, path: `/${odd}`, rule: odd, query: `model=${odd}`, ambient: { callId: odd, nowSeconds: 1 } };
    const caller = { keyHash: 'hash', teamId: odd } as Caller;
    const tell = (tape: CallTape | undefined): void => {
      tape?.calledBy(caller);
      tape?.asked(Buffer.from('{}'));
      for (const name of ['one', 'one', 'two']) {
        const request = { ...REQUEST, url: `https://${name}.test`, headers: { [name]: odd } };
        tape?.sent(given, request, {}).failed(failure);
        tape?.sent(given, { ...request, method: 'GET' }, {});
      }
      tape?.charged(1e-7);
      tape?.charged(2e-7);
      tape?.failed(failure);
      tape?.replied(502, { odd });
      tape?.wrote('');
      tape?.ended({ by: 'core', reason: odd });
    };
    const [one] = await record({}, tell, call);
    // What is no character leaves JSON as its escape, and comes back as it was.
    expect(one).toMatchObject({ id: odd, rule: odd, ambient: call.ambient, caller: { keyHash: 'hash', teamId: odd } });
    expect(one?.client).toMatchObject({ path: call.path, query: call.query });
    expect(one).toMatchObject({ declined: { reason: odd }, failure, answer: { headers: { odd } } });
    expect(one?.spentUsd).toBeCloseTo(3e-7, 12);
    expect(one?.attempts.map(({ request }) => [request.method, request.url, request.headers])).toStrictEqual(
      ['one', 'one', 'two'].flatMap((name) => ['POST', 'GET'].map((method) => [method, `https://${name}.test`, { [name]: odd }])),
    );
    expect(one?.attempts.map((attempt) => attempt.failure)).toStrictEqual([failure, undefined, failure, undefined, failure, undefined]);
  });

  test('with paths and expressions masked everywhere', async () => {
    const redact = ['$.email', '/bob/'].flatMap((entry) => readRedaction(entry) ?? []);
    const text = JSON.stringify(await record({ redact }));
    expect(text).not.toMatch(/ann|bob|mail\.test/u);
    expect(text).toContain(String.raw`{\"email\":\"xxxxxxxxxxxxx\",\"messages\":[]}`);
  });

  test('what cannot be looked into is kept as its hash where something is to be masked', async () => {
    const redact = ['$.email'].flatMap((entry) => readRedaction(entry) ?? []);
    const [binary] = await record({ redact }, (tape) => play(tape, new Uint8Array([0xff, 0xfe])));
    expect(binary?.answer.body).toStrictEqual({ sha256: expect.stringMatching(/^[\da-f]{64}$/u), bytes: 2 });
  });

  test.each([
    ['hash', { sha256: expect.stringMatching(/^[\da-f]{64}$/u), bytes: 25 }],
    ['drop', { dropped: true, bytes: 25 }],
  ] as const)('content: %s keeps lengths and pieces, and no content', async (content, body) => {
    const found = await record({ content });
    expect(found[0]?.attempts[0]?.answer).toMatchObject({
      body,
      pieces: [
        [14, expect.any(Number)],
        [11, expect.any(Number)],
      ],
    });
    expect(JSON.stringify(found)).not.toContain('mail.test');
  });

  test('an answer that came compressed is kept as what it says', async () => {
    const [one] = await record({}, (tape) => {
      tape?.asked(Buffer.from('{}'));
      tape?.replied(200, { 'content-encoding': 'gzip', 'content-length': '9' });
      tape?.wrote(gzipSync('{"key":"sk-of-the-client"}'));
      tape?.ended();
    });
    expect(one?.answer).toMatchObject({ headers: {}, body: { text: '{"key":"xxxxxxxxxxxxxxxx"}' }, pieces: [[26, expect.any(Number)]] });
  });
});

describe('no record', () => {
  test.each([
    [0, 0],
    [0.4, 0],
    [0.6, 1],
  ])('of a call outside of the sample: %d gives %d', async (sample, count) => {
    expect((await record({ sample })).length).toBe(count);
  });

  test('of a call that was let go before it was asked or answered', async () => {
    expect(await record({}, (tape) => tape?.ended())).toStrictEqual([]);
    expect(await record({}, (tape) => void tape?.asked(Buffer.from('{}')))).toStrictEqual([]);
  });

  test('of a call that is larger than anyone wants to keep', async () => {
    const piece = new Uint8Array(40 * 1_048_576);
    const found = await record({}, (tape) => {
      tape?.asked(Buffer.from('{}'));
      tape?.replied(200, {});
      tape?.wrote(piece);
      tape?.wrote(piece);
      tape?.ended();
    });
    expect(found).toStrictEqual([]);
  });
});

test.each([1, 40])('%d calls that ended are written without being asked for', async (count) => {
  const settings: RecordSettings = { dir, bytesMax: 1e8, sample: 1, redact: [], content: 'keep' };
  const recorder = createRecorder(settings, { keyHeaderName: undefined, random: Math.random, nowMs: Date.now });
  for (let call = 0; call < count; call += 1) play(recorder.begin(CALL));
  await vi.waitFor(() => expect(recorder.counts.written).toBe(count), 10_000);
  await recorder.close();
});

test('a client that goes away ends the record of its call', async () => {
  const recorder = (tape: CallTape | undefined): void => {
    tape?.asked(Buffer.from('{}'));
    const attempt = tape?.sent(deployment(), REQUEST, {});
    tape?.replied(200, {});
    tape?.wrote('half');
    attempt?.failed({ kind: 'aborted', message: 'the caller went away' });
  };
  const [one] = await record({}, recorder, { ...CALL, isGone: () => true });
  expect(one).toMatchObject({ attempts: [{ failure: { kind: 'aborted' } }], answer: { body: { text: 'half' } } });
});

test('attempts that run at once keep apart, and one that is let go of ends nothing', async () => {
  const [one] = await record({}, async (tape) => {
    tape?.asked(Buffer.from('{}'));
    const [first, second] = ['a', 'b'].map((id) => tape?.sent(deployment({ id }), REQUEST, {}));
    second?.answered(200, {});
    first?.answered(201, {});
    second?.received(Buffer.from('of b'));
    first?.received(Buffer.from('of a'));
    first?.failed({ kind: 'aborted', message: 'another was faster' });
    await new Promise((resolve) => setImmediate(resolve));
    tape?.replied(200, {});
    tape?.wrote('won');
    tape?.ended();
  });
  expect(one?.attempts).toMatchObject([
    { deployment: { id: 'a' }, answer: { status: 201, body: { text: 'of a' } }, failure: { kind: 'aborted' } },
    { deployment: { id: 'b' }, answer: { status: 200, body: { text: 'of b' } } },
  ]);
  expect(one?.answer.body).toStrictEqual({ text: 'won' });
});
