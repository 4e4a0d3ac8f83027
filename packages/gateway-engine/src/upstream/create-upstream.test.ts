import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isUpstreamFailure, type Upstream, type UpstreamAnswer, type UpstreamFailure, type UpstreamRequest } from '../ports/index.ts';
import { createUpstream } from './create-upstream.ts';

const PATIENT = { connectMs: 5_000, headersMs: 5_000, idleMs: 5_000, totalMs: 10_000 };
const MEGABYTE = 1_048_576;

let fake: FakeUpstream;
let upstream: Upstream;

beforeAll(async () => {
  fake = await startFakeUpstream();
  upstream = createUpstream();
});

afterAll(async () => {
  await upstream.close();
  await fake.close();
});

function request(more: Partial<UpstreamRequest> = {}): UpstreamRequest {
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }] });
  return {
    method: 'POST',
    url: `${fake.url}/v1/chat/completions`,
    headers: { 'content-type': 'application/json' },
    body,
    timeouts: PATIENT,
    ...more,
  };
}

async function send(more: Partial<UpstreamRequest> = {}, signal = new AbortController().signal): Promise<UpstreamAnswer> {
  const sent = await upstream.send(request(more), signal);
  if (isUpstreamFailure(sent)) throw new Error(`failed: ${sent.kind} ${sent.message}`);
  return sent;
}

async function fail(more: Partial<UpstreamRequest> = {}, signal = new AbortController().signal): Promise<UpstreamFailure> {
  const sent = await upstream.send(request(more), signal);
  if (!isUpstreamFailure(sent)) throw new Error(`answered ${sent.status}`);
  return sent;
}

async function readText(answer: UpstreamAnswer): Promise<string> {
  const read = await answer.readAll(MEGABYTE);
  if (isUpstreamFailure(read)) throw new Error(`failed: ${read.kind} ${read.message}`);
  return Buffer.from(read).toString();
}

/** A server that speaks bytes; each connection is handed to the script with its number. */
async function rawServer(script: (socket: Socket, index: number) => void): Promise<{ url: string; server: Server }> {
  let index = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    script(socket, index);
    index += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`, server };
}

test('gives status, headers and the whole body', async () => {
  fake.enqueue({ status: 418, headers: { 'x-one': '1' }, body: { a: 1 } });
  const answer = await send();
  expect(answer.status).toBe(418);
  expect(answer.headers['x-one']).toBe('1');
  expect(await readText(answer)).toBe('{"a":1}');
});

test('hands over each piece as it came and nothing twice', async () => {
  fake.enqueue({ body: 'abcdef', splitAt: [1, 3], pieceDelayMs: 10 });
  const answer = await send();
  const pieces: string[] = [];
  expect(await answer.forEachChunk((chunk) => void pieces.push(Buffer.from(chunk).toString()))).toBeUndefined();
  expect(pieces).toStrictEqual(['a', 'bc', 'def']);
});

test('a slow consumer pauses the socket and loses nothing', async () => {
  const body = 'x'.repeat(8 * MEGABYTE);
  fake.enqueue({ body });
  const answer = await send();
  let size = 0;
  let running = 0;
  await answer.forEachChunk(async (chunk) => {
    running += 1;
    expect(running).toBe(1);
    size += chunk.length;
    await wait(1);
    running -= 1;
  });
  expect(size).toBe(body.length);
});

test('what a reader does not take stays bounded', async () => {
  fake.enqueue({ body: 'x'.repeat(64 * MEGABYTE) });
  const answer = await send();
  const before = process.memoryUsage().arrayBuffers;
  await wait(200);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * MEGABYTE);
  expect(await answer.forEachChunk(() => 'stop')).toBeUndefined();
  expect(await fake.requests.at(-1)?.finished).toMatchObject({ aborted: true });
});

test('stops at the size limit, said or not', async () => {
  fake.enqueue({ body: 'x'.repeat(2000), headers: { 'content-length': '2000' } }, { body: 'x'.repeat(2000) });
  expect(await (await send()).readAll(1000)).toMatchObject({ kind: 'too-large' });
  expect(await (await send()).readAll(1000)).toMatchObject({ kind: 'too-large' });
});

test.each(['reset', 'close'] as const)('a %s in the middle is a failure after the pieces that came', async (end) => {
  fake.enqueue({ body: 'abcdef', cutAfterBytes: 3, end, headers: { 'content-length': '6' } });
  const answer = await send();
  await wait(50);
  let text = '';
  const failure = await answer.forEachChunk((chunk) => void (text += Buffer.from(chunk).toString()));
  expect(text).toBe('abc');
  expect(failure).toMatchObject({ kind: 'reset' });
});

test('nobody listening is a connect failure', async () => {
  const { url, server } = await rawServer(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  expect(await fail({ url })).toMatchObject({ kind: 'connect' });
});

test('no headers in time', async () => {
  fake.enqueue({ end: 'hang', cutAfterBytes: 0 });
  expect(await fail({ timeouts: { ...PATIENT, headersMs: 100 } })).toMatchObject({ kind: 'headers-timeout' });
  expect(await fake.requests.at(-1)?.finished).toMatchObject({ aborted: true });
});

test('silence between pieces', async () => {
  fake.enqueue({ body: 'abcdef', cutAfterBytes: 3, end: 'hang' });
  const answer = await send({ timeouts: { ...PATIENT, idleMs: 100 } });
  expect(await answer.readAll(MEGABYTE)).toMatchObject({ kind: 'idle-timeout' });
});

test('silence that we asked for is not the other side’s', async () => {
  fake.enqueue({ body: 'abcdef', splitAt: [3] });
  const answer = await send({ timeouts: { ...PATIENT, idleMs: 100 } });
  expect(await answer.forEachChunk(() => wait(250))).toBeUndefined();
});

test('the whole takes too long', async () => {
  fake.enqueue({ body: 'abcdefghij', splitAt: [1, 2, 3, 4, 5, 6, 7, 8, 9], pieceDelayMs: 40 });
  const answer = await send({ timeouts: { ...PATIENT, idleMs: 100, totalMs: 150 } });
  expect(await answer.readAll(MEGABYTE)).toMatchObject({ kind: 'total-timeout' });
});

test('a caller that goes away aborts before and after the head', async () => {
  const early = new AbortController();
  fake.enqueue({ end: 'hang', cutAfterBytes: 0 });
  setTimeout(() => early.abort(), 50);
  expect(await fail({}, early.signal)).toMatchObject({ kind: 'aborted' });
  expect(await fail({}, early.signal)).toMatchObject({ kind: 'aborted' });

  const late = new AbortController();
  fake.enqueue({ body: 'abcdef', cutAfterBytes: 3, end: 'hang' });
  const answer = await send({}, late.signal);
  setTimeout(() => late.abort(), 50);
  expect(await answer.readAll(MEGABYTE)).toMatchObject({ kind: 'aborted' });
  expect(await fake.requests.at(-1)?.finished).toMatchObject({ aborted: true });
});

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

test('a connection that went stale between two calls is retried unseen', async () => {
  const seen: number[] = [];
  const { url, server } = await rawServer((socket, index) => {
    let calls = 0;
    socket.on('data', () => {
      seen.push(index);
      calls += 1;
      if (index === 0 && calls === 2) socket.resetAndDestroy();
      else socket.write(ANSWER);
    });
  });
  expect(await readText(await send({ url }))).toBe('ok');
  await wait(20);
  expect(await readText(await send({ url }))).toBe('ok');
  expect(seen).toStrictEqual([0, 0, 1]);
  server.close();
});

test('news that an answer will come are none, however long before it they come; another protocol is no answer', async () => {
  const { url, server } = await rawServer((socket, index) => {
    socket.on('data', () => {
      if (index > 0) return socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n');
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
      return setTimeout(() => socket.end(ANSWER), 50);
    });
  });
  const answer = await send({ url });
  expect([answer.status, await readText(answer)]).toStrictEqual([200, 'ok']);
  await wait(20);
  expect(await fail({ url })).toMatchObject({ kind: 'reset' });
  server.close();
});

test('a fresh connection that breaks is not retried, nor a used one that had begun to answer', async () => {
  let calls = 0;
  const { url, server } = await rawServer((socket, index) => {
    socket.on('data', () => {
      calls += 1;
      if (index === 0) socket.resetAndDestroy();
      else if (calls === 2) socket.write(ANSWER);
      else socket.write('HTTP/1.1 200', () => socket.resetAndDestroy());
    });
  });
  expect(await fail({ url })).toMatchObject({ kind: 'reset' });
  expect(await readText(await send({ url }))).toBe('ok');
  await wait(20);
  expect(await fail({ url })).toMatchObject({ kind: 'reset' });
  expect(calls).toBe(3);
  server.close();
});

test('follows no redirect', async () => {
  fake.enqueue({ status: 302, headers: { location: `${fake.url}/elsewhere` }, body: '' });
  const before = fake.requests.length;
  expect((await send()).status).toBe(302);
  expect(fake.requests.length).toBe(before + 1);
});

test('undoes one layer of compression, within the size limit', async () => {
  const headers = { 'content-encoding': 'gzip' };
  fake.enqueue({ headers, body: gzipSync('hello') }, { headers, body: gzipSync('x'.repeat(MEGABYTE)) });
  expect(await readText(await send())).toBe('hello');
  expect(await (await send()).readAll(1000)).toMatchObject({ kind: 'too-large' });
  fake.enqueue({ headers: { 'content-encoding': 'gzip, gzip' }, body: 'x' }, { headers, body: 'not gzip' });
  expect(await (await send()).readAll(1000)).toMatchObject({ kind: 'reset' });
  expect(await (await send()).readAll(1000)).toMatchObject({ kind: 'reset' });
});

test.each([
  ['a line feed in a header', { headers: { 'x-a': 'a\nb: c' } }],
  ['a carriage return in a header', { headers: { 'x-a': 'a\rb' } }],
  ['a NUL in a header', { headers: { 'x-a': 'a\0b' } }],
  ['a header name with a space', { headers: { 'x a': 'b' } }],
])('%s is refused before anything is sent', async (_what, more) => {
  const before = fake.requests.length;
  expect(await fail(more)).toMatchObject({ message: expect.stringContaining('not sent') });
  expect(fake.requests.length).toBe(before);
});

test('headers that were sent before are not looked through again, others to the same address are', async () => {
  const headers = { 'content-type': 'application/json' };
  for (let count = 0; count < 2; count += 1) {
    fake.enqueue({ body: '{}' });
    expect(await readText(await send({ headers }))).toBe('{}');
  }
  expect(await fail({ headers: { ...headers, 'x-a': 'a\nb: c' } })).toMatchObject({ message: expect.stringContaining('not sent') });
});

test.each(['/v1/../admin', '/v1/%2e%2e/admin', '/v1/%2E./admin', '/v1/..', '/v1/.', '/v1/a\\b', '/v1/a b', '/v1/a\tb'])(
  'the path %j is refused before anything is sent',
  async (path) => {
    const before = fake.requests.length;
    expect(await fail({ url: fake.url + path })).toMatchObject({ message: expect.stringContaining('not sent') });
    expect(fake.requests.length).toBe(before);
  },
);

test('small writes are not held back on the way', async () => {
  const pieces = 200;
  fake.enqueue({ body: 'a'.repeat(pieces), splitAt: Array.from({ length: pieces - 1 }, (_, at) => at + 1), pieceDelayMs: 2 });
  const started = performance.now();
  await readText(await send());
  // Held back for an acknowledgement, each takes 40 ms.
  expect(performance.now() - started).toBeLessThan(pieces * 20);
});

test('a bug in the consumer comes out, and the exchange is over', async () => {
  fake.enqueue({ body: 'abcdef' });
  const answer = await send();
  await expect(
    answer.forEachChunk(() => {
      throw new Error('bug');
    }),
  ).rejects.toThrow('bug');
});
