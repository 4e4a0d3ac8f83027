import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { BODY_IDLE_MS, STALL_MS } from '@stagegate/gateway-engine/limits';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { configFor, GATEWAYS, MASTER_KEY, startGateway, type Gateway } from './support/gateway.ts';

/** How long a gateway bears with a client that holds a socket and does nothing; its clock is ours, its sockets are real. */

const LITTLE_MS = 100;
const MORE_THAN_SOCKETS_HOLD = 32 * 1_048_576;

const { setTimeout: realTimeout } = globalThis;
const wait = (ms: number): Promise<void> => new Promise((resolve) => void realTimeout(resolve, ms));

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await startFakeUpstream();
});
afterAll(() => upstream.close());

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => vi.useRealTimers());

describe.each(GATEWAYS)('%s', (name) => {
  let gateway: Gateway;
  beforeEach(async () => {
    gateway = await startGateway(name, configFor(upstream.url));
  });
  afterEach(() => gateway.close());

  const post = (body: string, contentLength: number): Socket => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${MASTER_KEY}\r\n`;
    socket.write(`${head}content-type: application/json\r\ncontent-length: ${contentLength}\r\n\r\n${body}`);
    return socket.on('error', () => undefined);
  };

  test('a client that falls silent amid its body is cut off', async () => {
    const socket = post('{"model":"chat",', 100);
    socket.resume();
    await wait(LITTLE_MS);
    vi.advanceTimersByTime(BODY_IDLE_MS - 1_000);
    await wait(LITTLE_MS);
    expect(socket.destroyed).toBe(false);
    const closed = once(socket, 'close');
    vi.advanceTimersByTime(2_000);
    await closed;
  });

  test('a client that takes nothing of its answer is cut off, and its provider with it', async () => {
    const event = `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'a'.repeat(16_384) } }] })}\n\n`;
    upstream.enqueue({ body: event.repeat(MORE_THAN_SOCKETS_HOLD / event.length) });
    const body = JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'x' }], stream: true });
    const count = upstream.requests.length;
    const socket = post(body, body.length).pause();
    while (upstream.requests.length === count) await wait(LITTLE_MS);
    const ends: unknown[] = [];
    void upstream.requests.at(-1)?.finished.then((finished) => ends.push(finished));
    // The sockets in between fill at their own pace: patience runs out again and again until the last of them is full.
    while (ends.length === 0) {
      vi.advanceTimersByTime(STALL_MS + 1_000);
      await wait(LITTLE_MS);
    }
    expect(ends).toMatchObject([{ aborted: true }]);
    socket.destroy();
  });
});
