import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fail, type ChooseTransform } from '@stagegate/core-transforms';
import type { Declined } from '@stagegate/gateway-engine/ports';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chatCall, MASTER_KEY, startShell, type StartedShell } from './start-shell.ts';

let provider: FakeUpstream;
let shell: StartedShell;

beforeAll(async () => {
  provider = await startFakeUpstream();
  shell = await startShell(provider.url);
});

afterAll(async () => {
  await shell.close();
  await provider.close();
});

beforeEach(() => provider.clearScripts());

/** Both doors of the shell: the socket, and the function that tests and parity use. */
const DOORS = [
  ['listener', (request: Request): Promise<Response> => fetch(request)],
  ['handler', (request: Request): Promise<Response> => shell.lane.handler(request)],
] as const;

/** Says something over a socket and gives all that comes back. */
async function say(text: string, port = shell.port): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

describe.each(DOORS)('%s', (_name, call) => {
  test('answers whole', async () => {
    const response = await call(chatCall(shell.url));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-stagegate-lane')).toBe('hono');
    expect(await response.json()).toMatchObject({ object: 'chat.completion', model: 'chat' });
  });

  test.each(['plain', 'größer – 20 €, 😀', 'nearly plain: \u00ff'])('an answer says what the provider said: %s', async (content) => {
    const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
    provider.enqueue({ body: JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices }) });
    const response = await call(chatCall(shell.url));
    expect(await response.json()).toMatchObject({ choices });
  });

  test('answers as a stream', async () => {
    const text = await (await call(chatCall(shell.url, { stream: true }))).text();
    expect(text.startsWith('data: {')).toBe(true);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  test('a stream that breaks ends with one error event and no terminator', async () => {
    provider.enqueue({ cutAfterBytes: 700, end: 'reset' });
    const response = await call(chatCall(shell.url, { stream: true }));
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text.match(/"error":/gu)).toHaveLength(1);
    expect(text).not.toContain('[DONE]');
  });

  test.each([
    ['GET', '/v1/chat/completions', 405],
    ['HEAD', '/v1/models', 405],
    ['DELETE', '/v1/messages', 405],
    ['GET', '/nowhere', 404],
    ['POST', '/V1/CHAT/completions', 404],
  ])('%s %s is %i', async (method, path, status) => {
    const response = await call(new Request(shell.url + path, { method, headers: { authorization: `Bearer ${MASTER_KEY}` } }));
    expect(response.status).toBe(status);
    if (method !== 'HEAD') expect(await response.json()).toHaveProperty('detail');
  });

  test('a slash too many is taken away', async () => {
    const response = await call(new Request(`${shell.url}/health/liveliness/?a=b`, { redirect: 'manual' }));
    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe('/health/liveliness?a=b');
  });

  test('a browser may ask first, and read the answer', async () => {
    const headers = { origin: 'https://a.test', 'access-control-request-method': 'POST' };
    expect(await (await call(new Request(`${shell.url}/v1/messages`, { method: 'OPTIONS', headers }))).text()).toBe('OK');
    const read = await call(new Request(`${shell.url}/health/liveliness`, { headers }));
    expect(read.headers.get('access-control-allow-origin')).toBe('*');
    expect(await read.json()).toBe("I'm alive!");
  });

  test.each(['/engines/chat/chat/completions', '/openai/deployments/chat/chat/completions'])(
    '%s takes its model from the path',
    async (path) => {
      const body = JSON.stringify({ messages: [{ role: 'user', content: 'hello' }] });
      const headers = { 'api-key': MASTER_KEY, 'content-type': 'application/json' };
      expect((await call(new Request(shell.url + path, { method: 'POST', body, headers }))).status).toBe(200);
    },
  );

  test('who goes away takes the provider along, at once', async () => {
    provider.enqueue({ cutAfterBytes: 700, end: 'hang' });
    const abort = new AbortController();
    const response = await call(chatCall(shell.url, { stream: true }, { signal: abort.signal }));
    await response.body?.getReader().read();
    const began = performance.now();
    abort.abort();
    const { aborted, atMs } = (await provider.requests.at(-1)?.finished) ?? {};
    expect(aborted).toBe(true);
    expect((atMs ?? Infinity) - began).toBeLessThan(250);
  });
});

describe('the socket', () => {
  test.each([
    ['two hosts', 'GET /health/liveliness HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['a host that is more', 'GET /v1/models HTTP/1.1\r\nHost: a/health/liveliness?x=\r\n\r\n'],
    ['a host with a user', 'GET /health/liveliness HTTP/1.1\r\nHost: u@a\r\n\r\n'],
    ['a target with a host', 'GET http://evil.test/health/liveliness HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['chunks over HTTP/1.0', 'POST /v1/chat/completions HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ])('%s is a 400 before any route', async (_what, text) => {
    expect(await say(text)).toMatch(/^HTTP\/1\.1 400 /u);
  });

  test('calls on one connection are answered one after the other', async () => {
    const one = 'GET /health/liveliness HTTP/1.1\r\nHost: a\r\n\r\n';
    const last = 'GET /health/liveliness HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    expect((await say(one + one + last)).match(/HTTP\/1\.1 200/gu)).toHaveLength(3);
  });

  test('a call that is refused before its body is read ends its connection', async () => {
    const head = 'POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n';
    const text = await say(`${head}{"a`);
    expect(text).toMatch(/^HTTP\/1\.1 401 /u);
    expect(text).toMatch(/\r\nconnection: close\r\n/iu);
  });

  test('a client that breaks off in its body leaves nothing behind', async () => {
    const socket = connect(shell.port, '127.0.0.1');
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${MASTER_KEY}\r\nContent-Length: 500\r\n\r\n{"mod`,
    );
    await wait(50);
    const before = provider.requests.length;
    socket.destroy();
    await wait(50);
    expect(provider.requests.length).toBe(before);
    expect((await fetch(chatCall(shell.url))).status).toBe(200);
  });

  test('the first event waits for nothing', async () => {
    // The rest never comes.
    provider.enqueue({ cutAfterBytes: 400, end: 'hang' });
    const response = await fetch(chatCall(shell.url, { stream: true }));
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? '').toString()).toMatch(/^data: /u);
    await reader?.cancel();
  });

  test('many streams at once come whole', async () => {
    const texts = await Promise.all(Array.from({ length: 100 }, async () => (await fetch(chatCall(shell.url, { stream: true }))).text()));
    expect(new Set(texts.map((text) => text.endsWith('data: [DONE]\n\n')))).toStrictEqual(new Set([true]));
  });
});

test('handler: of a body that is too large no more is read than says so', async () => {
  let cancelled = false;
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled += 1;
      if (pulled === 10) controller.close();
      else controller.enqueue(Buffer.alloc(600_000, ' '));
    },
    cancel: () => void (cancelled = true),
  });
  const headers = { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' };
  const response = await shell.lane.handler(
    new Request(`${shell.url}/v1/chat/completions`, { method: 'POST', headers, body, duplex: 'half' }),
  );
  expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining('1 MB') } });
  expect([cancelled, pulled < 10]).toStrictEqual([true, true]);
});

const refuses: ChooseTransform = () => fail({ kind: 'declined', path: 'tools', reason: 'unknown' });

describe('with front before it', () => {
  test('a declined call goes back with its body, and nothing is written', async () => {
    const handed: { declined: Declined; text: string }[] = [];
    const other = await startShell(provider.url, {
      transforms: refuses,
      front: () => ({
        prescan: undefined,
        rule: 'some-rule',
        handOver: (declined: Declined, bytes: Uint8Array | undefined): boolean => {
          handed.push({ declined, text: Buffer.from(bytes ?? []).toString() });
          return false;
        },
      }),
    });
    const call = chatCall(other.url);
    const text = await call.clone().text();
    const response = await fetch(call);
    expect(response.status).toBe(400);
    expect(response.headers.get('x-stagegate-declined')).toBe('core: tools: unknown');
    expect(response.headers.get('x-stagegate-rule')).toBe('some-rule');
    expect(handed).toMatchObject([{ declined: { by: 'core' }, text }]);
    await other.close();
  });
});
