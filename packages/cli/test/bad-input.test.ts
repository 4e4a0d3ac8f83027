import { request as sendRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { startFakeUpstream, type FakeUpstream, type JsonRecord, type Script } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isObject, parseJson } from '@stagegate/core-transforms';
import { checkOwnAnswer, type AnswerRecord, type Envelope } from '@stagegate/parity';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';

/** Bad input gets a clear error and loses nothing: every lane and the front, over sockets. */

const MEGABYTE = 1_048_576;
const BODY_MEGABYTES_MAX = 1;
/** Loopback sockets hold a few megabytes on each of two hops; the rest must wait at the provider. */
const UNREAD_BYTES_MAX = 32 * MEGABYTE;

const TRIES_MAX = 5;
/** More than the patience of the model `brisk`. */
const LONGER_THAN_BRISK_MS = 6_000;

const CHAT = '/v1/chat/completions';
const MESSAGES = '/v1/messages';
const COUNT = '/v1/messages/count_tokens';
const OCR = '/v1/ocr';
const PROMPTS = '/v1/completions';
const RESPONSES = '/v1/responses';
const TURNS = [{ role: 'user', content: 'good day' }];
const ASK: Readonly<Record<string, JsonRecord>> = {
  [CHAT]: { model: 'chat', messages: TURNS },
  [MESSAGES]: { model: 'messages', max_tokens: 9, messages: TURNS },
  [COUNT]: { model: 'messages', messages: TURNS },
  [PROMPTS]: { model: 'compatible', prompt: 'good day' },
  [RESPONSES]: { model: 'compatible', input: 'good day' },
  [OCR]: { model: 'ocr', document: { type: 'document_url', document_url: 'https://files.test/a.pdf' } },
};
const ROUTES: readonly (readonly [string, Envelope])[] = [
  [CHAT, 'openai'],
  [MESSAGES, 'anthropic'],
  [COUNT, 'anthropic'],
  [PROMPTS, 'openai'],
  [RESPONSES, 'openai'],
  [OCR, 'openai'],
];
/** Client route and model: dialects to themselves, and crossings. */
const CROSSINGS: readonly (readonly [string, Envelope, string])[] = [
  [CHAT, 'openai', 'chat'],
  [CHAT, 'openai', 'messages'],
  [MESSAGES, 'anthropic', 'messages'],
  [MESSAGES, 'anthropic', 'compatible'],
  [RESPONSES, 'openai', 'compatible'],
  [RESPONSES, 'openai', 'messages'],
];

let upstream: FakeUpstream;
const gateways = new Map<string, Gateway>();
beforeAll(async () => {
  upstream = await startFakeUpstream();
  const config = configFor(upstream.url, { general_settings: { max_request_size_mb: BODY_MEGABYTES_MAX } });
  for (const lane of GATEWAYS) gateways.set(lane, await startGateway(lane, config));
});
afterAll(async () => {
  await Promise.all([...gateways.values()].map((gateway) => gateway.close()));
  await upstream.close();
});

const toRecord = async (response: Response): Promise<AnswerRecord> => {
  const { status } = response;
  const text = await response.text();
  if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) return { kind: 'stream', status, text };
  const body = parseJson(text);
  return body === undefined ? { kind: 'text', status, text } : { kind: 'json', status, body };
};

const messageOf = (answer: AnswerRecord): string => {
  const error = answer.kind === 'json' && isObject(answer.body) ? answer.body['error'] : undefined;
  return isObject(error) ? String(error['message']) : '';
};

/** Holds the answer to be an error with such a status, in the route's envelope, and the provider not to be asked. */
const expectRefused = async (sent: Promise<Response>, status: number, envelope: Envelope): Promise<string> => {
  const count = upstream.requests.length;
  const answer = await toRecord(await sent);
  expect(checkOwnAnswer(answer, { name: 'refused', statuses: [[status, status]], envelope, complete: false })).toEqual([]);
  expect(upstream.requests.length).toBe(count);
  return messageOf(answer);
};

const nested = (depth: number): string => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1);

beforeEach(() => upstream.clearScripts());

describe.each(GATEWAYS)('%s', (lane) => {
  const post = async (
    path: string,
    body: string | Uint8Array<ArrayBuffer> | JsonRecord,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> =>
    fetch(`${gateways.get(lane)?.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });

  describe.each(ROUTES)('%s', (path, envelope) => {
    const ask = ASK[path] ?? {};
    const text = JSON.stringify(ask);

    test.each([
      ['not JSON', text.slice(0, -1)],
      ['a list', '[]'],
      ['a string', '"x"'],
      ['null', 'null'],
      ['a word that is none', `${text.slice(0, -1)},"x":tru}`],
      ['not UTF-8', Buffer.concat([Buffer.from(`${text.slice(0, -1)},"x":"`), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])],
      ['nested too deep', `${text.slice(0, -1)},"metadata":${nested(128)}}`],
      ['two models', `${text.slice(0, -1)},"model":"messages"}`],
      ['two streams', `${text.slice(0, -1)},"stream":true,"stream":false}`],
    ])('%s', async (_, body) => {
      expect(await expectRefused(post(path, body), 400, envelope)).not.toBe('');
    });

    test('nested as deep as may be', async () => {
      expect((await post(path, `${text.slice(0, -1)},"metadata":${nested(127)}}`)).status).toBe(200);
    });

    test('a form where JSON belongs', async () => {
      await expectRefused(post(path, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }), 400, envelope);
    });

    test('an unknown model', async () => {
      expect(await expectRefused(post(path, { ...ask, model: 'nobody' }), 400, envelope)).toContain(
        'Invalid model name passed in model=nobody',
      );
    });

    test.each(['soon', -1, [1], true])('a time that is none: %j', async (time) => {
      expect(await expectRefused(post(path, { ...ask, timeout: time }), 400, envelope)).toBe(
        'timeout: expected a number of seconds, 0 or more',
      );
      expect(await expectRefused(post(path, { ...ask, stream_timeout: time }), 400, envelope)).toContain('stream_timeout');
      expect((await post(path, { ...ask, timeout: '30', stream_timeout: null })).status).toBe(200);
    });

    test.each(['x-litellm-timeout', 'x-litellm-stream-timeout'])('a time that is none in %s', async (name) => {
      expect(await expectRefused(post(path, ask, { [name]: 'soon' }), 400, envelope)).toContain(`${name}: expected a number of seconds`);
      expect((await post(path, ask, { [name]: '30' })).status).toBe(200);
    });

    test.each([7, ['chat'], { name: 'chat' }, false])('a model that is no text: %j', async (model) => {
      expect(await expectRefused(post(path, { ...ask, model }), 400, envelope)).toBe("'model' must be a string.");
    });

    test.each([
      ['api_base', { api_base: 'http://169.254.169.254' }],
      ['base_url', { base_url: 'http://169.254.169.254' }],
      ['api_key', { api_key: 'k' }],
      ['api_base', { metadata: { deep: [{ api_base: 'x' }] } }],
      ['api_base', { extra_body: { api_base: 'x' } }],
      ['api_key', { litellm_metadata: '{"api_key": "x"}' }],
    ])('a member only a deployment may set: %s', async (name, more) => {
      expect(await expectRefused(post(path, { ...ask, ...more }), 401, envelope)).toContain(`${name} is not allowed in request body`);
    });

    test.each([
      ['no key', { authorization: '' }],
      ['a wrong key', { authorization: 'Bearer sk-wrong' }],
      ['a key that is none', { authorization: 'Bearer wrong' }],
      ['a wrong key elsewhere', { authorization: '', 'x-api-key': 'sk-wrong' }],
    ])('%s', async (_, headers) => {
      await expectRefused(post(path, ask, headers), 401, envelope);
    });

    test('a body that says it is too large is refused before it is read', async () => {
      const answered = await new Promise<{ status: number | undefined }>((resolve, reject) => {
        const call = sendRequest(`${gateways.get(lane)?.url}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json', 'content-length': 2 * MEGABYTE },
        });
        call.on('response', (response) => {
          resolve({ status: response.statusCode });
          call.destroy();
        });
        call.on('error', reject);
        call.flushHeaders();
      });
      expect(answered.status).toBe(413);
    });

    test('a body that does not say so is refused once it is too large', async () => {
      let sent = 0;
      const piece = Buffer.alloc(64 * 1024, ' ');
      const answered = await new Promise<number | undefined>((resolve, reject) => {
        const call = sendRequest(`${gateways.get(lane)?.url}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
        });
        let status: number | undefined;
        call.on('response', (response) => {
          status = response.statusCode;
          call.destroy();
          resolve(status);
        });
        call.on('error', (error) => (status === undefined ? reject(error) : resolve(status)));
        const feed = (): void => {
          if (status !== undefined || sent > 64 * MEGABYTE) return;
          sent += piece.length;
          call.write(piece, () => setImmediate(feed));
        };
        feed();
      });
      expect(answered).toBe(413);
      expect(sent).toBeLessThan(32 * MEGABYTE);
    });
  });

  describe.each(CROSSINGS)('%s %s → %s', (path, envelope, model) => {
    const ask: JsonRecord = { ...ASK[path], model };
    const failing: readonly (readonly [string, Script, readonly [number, number]])[] = [
      ...[400, 401, 403, 404, 408, 413, 422, 429].map(
        (status) => [`status ${status}`, { status, body: { error: { message: 'these very words', type: 'x' } } }, [400, 499]] as const,
      ),
      ...[500, 502, 503, 529].map(
        (status) => [`status ${status}`, { status, body: { error: { message: 'these very words', type: 'x' } } }, [500, 599]] as const,
      ),
      [
        'HTML with an error status',
        { status: 502, body: '<html>bad gateway</html>', headers: { 'content-type': 'text/html' } },
        [500, 599],
      ],
      ['nothing with an error status', { status: 500, body: '' }, [500, 599]],
      ['cut JSON with an error status', { status: 500, body: '{"error": {"mess' }, [500, 599]],
      ['HTML with 200', { body: '<html>hello</html>', headers: { 'content-type': 'text/html' } }, [500, 599]],
      ['nothing with 200', { body: '' }, [500, 599]],
      ['cut JSON with 200', { cutAfterBytes: 50 }, [500, 599]],
      ['null with 200', { body: 'null' }, [500, 599]],
      ['a reset before the head', { cutAfterBytes: 0, end: 'reset' }, [500, 599]],
      ['a reset in the body', { cutAfterBytes: 50, end: 'reset' }, [500, 599]],
      ['a connection that closes in the body', { cutAfterBytes: 50, end: 'close' }, [500, 599]],
      ['no HTTP at all', { raw: 'good day\r\n\r\n' }, [500, 599]],
    ];

    test.each(failing)('the provider answers %s', async (name, script, statuses) => {
      for (const stream of [false, true]) {
        if (stream && name.startsWith('a reset in')) continue;
        if (stream && (name.startsWith('cut JSON with 200') || name.startsWith('a connection'))) continue;
        // A connection that was used before and breaks before the head may be tried again.
        upstream.enqueue(...Array.from({ length: TRIES_MAX }, () => script));
        const answer = await toRecord(await post(path, { ...ask, stream }));
        upstream.clearScripts();
        expect(checkOwnAnswer(answer, { name, statuses: [statuses], envelope, complete: false })).toEqual([]);
        if (name.startsWith('status')) expect(messageOf(answer)).toContain('these very words');
      }
    });

    test.each([301, 302, 303, 307, 308])('a redirect (%s) is not followed: it would take the key along', async (status) => {
      for (const stream of [false, true]) {
        const count = upstream.requests.length;
        upstream.enqueue({ status, headers: { location: `${upstream.url}/elsewhere` }, body: '' });
        const answer = await toRecord(await post(path, { ...ask, stream }));
        expect(checkOwnAnswer(answer, { name: 'redirect', statuses: [[502, 502]], envelope, complete: false })).toEqual([]);
        expect(messageOf(answer)).toContain(`redirect (status ${status})`);
        expect(upstream.requests.length).toBe(count + 1);
      }
    });

    test('a stream cut anywhere before it is complete ends in one error, after it in an end', { timeout: 30_000 }, async () => {
      const natural = await naturalStream(path, ask, model);
      const completeAt = natural.findLastIndex((event) => /"finish_reason":"|"stop_reason":"/u.test(event)) + 1;
      for (const end of ['clean', 'reset'] as const) {
        for (let count = 1; count < natural.length; count += 1) {
          const cutAfterBytes = Buffer.byteLength(natural.slice(0, count).join(''));
          upstream.enqueue({ cutAfterBytes, end });
          const answer = await toRecord(await post(path, { ...ask, stream: true }));
          const complete = count >= completeAt;
          const statuses: readonly (readonly [number, number])[] = complete
            ? [[200, 200]]
            : [
                [200, 200],
                [500, 599],
              ];
          expect([end, count, checkOwnAnswer(answer, { name: 'cut', statuses, envelope, complete })]).toEqual([end, count, []]);
        }
      }
    });

    test('a slow reader makes the provider wait', { timeout: 30_000 }, async () => {
      const natural = await naturalStream(path, ask, model);
      const at = natural.findIndex((event) => event.includes('You'));
      const delta = (natural[at] ?? '').replace('You', 'a'.repeat(16_384));
      upstream.enqueue({ body: natural.slice(0, at).join('') + delta.repeat(4_096) });
      const { hostname, port } = new URL(gateways.get(lane)?.url ?? '');
      const body = JSON.stringify({ ...ask, stream: true });
      const count = upstream.requests.length;
      const socket = connect(Number(port), hostname);
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${MASTER_KEY}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      socket.pause();
      await expect.poll(() => upstream.requests.length).toBeGreaterThan(count);
      const seen = upstream.requests.at(-1);
      let before = -1;
      await expect
        .poll(
          () => {
            const now = seen?.sentBytes() ?? 0;
            const rests = now > 0 && now === before;
            before = now;
            return rests;
          },
          { interval: 250, timeout: 20_000 },
        )
        .toBe(true);
      expect(before).toBeLessThan(UNREAD_BYTES_MAX);
      socket.destroy();
      expect(await seen?.finished).toMatchObject({ aborted: true });
    });
  });

  /** What the provider would stream, event by event, in its own dialect. */
  const naturalStream = async (path: string, ask: JsonRecord, model: string): Promise<readonly string[]> => {
    const count = upstream.requests.length;
    await (await post(path, { ...ask, model, stream: true })).text();
    const seen = upstream.requests[count];
    if (seen === undefined) throw new Error('nothing was sent upstream');
    const response = await fetch(upstream.url + seen.path, { method: 'POST', body: seen.text });
    return (await response.text()).split(/(?<=\n\n)/u);
  };

  test('a provider that does not answer in time', async () => {
    for (const stream of [false, true]) {
      upstream.enqueue({ cutAfterBytes: 0, end: 'hang' });
      const answer = await toRecord(await post(CHAT, { model: 'hasty', messages: TURNS, stream }));
      expect(checkOwnAnswer(answer, { name: 'timeout', statuses: [[408, 408]], envelope: 'openai', complete: false })).toEqual([]);
    }
  });

  test('a provider that falls silent in a stream', async () => {
    upstream.enqueue({ cutAfterBytes: 400, end: 'hang' });
    const answer = await toRecord(await post(CHAT, { model: 'hasty', messages: TURNS, stream: true }));
    expect(checkOwnAnswer(answer, { name: 'silence', statuses: [[200, 200]], envelope: 'openai', complete: false })).toEqual([]);
  });

  test('a slow reader is no silence of the provider', async () => {
    const natural = await naturalStream(CHAT, ASK[CHAT] ?? {}, 'chat');
    const at = natural.findIndex((event) => event.includes('You'));
    const delta = (natural[at] ?? '').replace('You', 'a'.repeat(16_384));
    upstream.enqueue({ body: natural.slice(0, at).join('') + delta.repeat(2_048) + natural.slice(at).join('') });
    const answer = await post(CHAT, { model: 'brisk', messages: TURNS, stream: true });
    await wait(LONGER_THAN_BRISK_MS);
    expect((await answer.text()).slice(-300)).toMatch(/\[DONE\]\n\n$/u);
  });

  // Members that nobody knows pass in OpenAI's dialect; the reference drops them from Anthropic's, and adds what it must.
  test.each([
    [CHAT, 'chat', 'gpt-4o', '"zeta": {"b":1.0, "a" : 9007199254740993},'],
    [MESSAGES, 'messages', 'claude-sonnet-4-5', '"stream" :false,'],
  ])('a request to %s in the provider’s own dialect keeps its bytes but for the model', async (path, model, sent, more) => {
    const tail = `${more}"temperature":1.0,"max_tokens" : 5,"top_p":1e0, "messages":[{"content":"x","role":"user","extra":[1.50, 9007199254740993]}]}`;
    const response = await post(path, `{"model" : "${model}", ${tail}`);
    expect(response.status).toBe(200);
    expect(upstream.requests.at(-1)?.text).toBe(`{"model" : "${sent}", ${tail}`);
  });

  test('what passes through an answer unchanged keeps its bytes', async () => {
    const usage = '"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2,"strange":9007199254740993,"exact":1.0}';
    upstream.enqueue({
      body: `{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}],${usage}}`,
    });
    const text = await (await post(CHAT, ASK[CHAT] ?? {})).text();
    expect(text).toContain('9007199254740993');
    expect(text).toContain('1.0');
  });
});
