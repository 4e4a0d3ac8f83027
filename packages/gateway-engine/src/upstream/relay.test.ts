import { EventEmitter } from 'node:events';
import { createServer, request as sendRequest, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { createRelay, type Relay } from './relay.ts';

const open: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function listen(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address() as AddressInfo;
  return `http://127.0.0.1:${address.port}`;
}

async function relayTo(baseUrl: string): Promise<{ relay: Relay; url: string }> {
  const relay = createRelay({ baseUrl, connectMs: 500 });
  open.push(() => relay.close());
  return { relay, url: await listen((incoming, outgoing) => relay.listener(incoming, outgoing)) };
}

function body(incoming: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks).toString()));
  });
}

test('method, target, headers and body arrive as they were sent, but for hop-by-hop headers', async () => {
  let seen: { method: string | undefined; target: string | undefined; raw: string[]; text: string } | undefined;
  const reference = await listen(async (incoming, outgoing) => {
    seen = { method: incoming.method, target: incoming.url, raw: incoming.rawHeaders, text: await body(incoming) };
    outgoing.end('{}');
  });
  const { url } = await relayTo(`${reference}/base/`);
  await new Promise<void>((resolve) => {
    const call = sendRequest(`${url}/v1/x%2Fy?a=1&b=%20`, {
      method: 'POST',
      headers: {
        Authorization: 'Bearer sk-1',
        'X-Odd': 'é',
        Connection: 'keep-alive, X-Named',
        'X-Named': 'gone',
        TE: 'trailers',
        'Content-Length': '9',
      },
    });
    call.on('response', (answer) => answer.resume().on('end', resolve));
    call.end(Buffer.from('{"a":1.0}'));
  });
  expect(seen?.method).toBe('POST');
  expect(seen?.target).toBe('/base/v1/x%2Fy?a=1&b=%20');
  expect(seen?.text).toBe('{"a":1.0}');
  const raw = seen?.raw ?? [];
  expect(raw[raw.indexOf('Authorization') + 1]).toBe('Bearer sk-1');
  expect(raw[raw.indexOf('X-Odd') + 1]).toBe('é');
  expect(raw.map((name) => name.toLowerCase())).not.toEqual(expect.arrayContaining(['te']));
  expect(raw).not.toContain('X-Named');
});

test('status, reason, repeated headers and content encoding come back unchanged', async () => {
  const packed = gzipSync('{"error":"teapot"}');
  const reference = await listen((_incoming, outgoing) => {
    outgoing.writeHead(418, 'Short And Stout', [
      'Content-Encoding',
      'gzip',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'Content-Length',
      `${packed.length}`,
    ]);
    outgoing.end(packed);
  });
  const { url } = await relayTo(reference);
  const answer = await new Promise<{ incoming: IncomingMessage; bytes: Buffer }>((resolve) => {
    sendRequest(url, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve({ incoming, bytes: Buffer.concat(chunks) }));
    }).end();
  });
  expect([answer.incoming.statusCode, answer.incoming.statusMessage]).toStrictEqual([418, 'Short And Stout']);
  expect(answer.incoming.headers['set-cookie']).toStrictEqual(['a=1', 'b=2']);
  expect(answer.incoming.headers['content-encoding']).toBe('gzip');
  expect(answer.bytes.equals(packed)).toBe(true);
});

/** Sends pieces one by one, each only after the client has told that it has the one before. */
async function lockStep(via: 'socket' | 'handler'): Promise<string[]> {
  const pieces = ['data: 1\n\n', 'data: {"half', '":2}\n\n', 'data: [DONE]\n\n'];
  const got: string[] = [];
  const client = new EventEmitter();
  const reference = await listen((_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
    outgoing.flushHeaders();
    let at = 0;
    client.on('ready', () => void (at < pieces.length ? outgoing.write(pieces[at++] ?? '') : outgoing.end()));
  });
  const { relay, url } = await relayTo(reference);
  const answer = via === 'socket' ? await fetch(url) : await relay.handler(new Request('http://front.test/'));
  // The headers are here before any byte of the body was sent.
  client.emit('ready');
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    got.push(decoder.decode(chunk));
    client.emit('ready');
  }
  return got;
}

test.each(['socket', 'handler'] as const)('each read of the answer is written on its own and at once (%s)', async (via) => {
  expect(await lockStep(via)).toStrictEqual(['data: 1\n\n', 'data: {"half', '":2}\n\n', 'data: [DONE]\n\n']);
});

test.each(['socket', 'handler'] as const)('the client goes, the reference is let go (%s)', async (via) => {
  const left = Promise.withResolvers<void>();
  const reference = await listen((incoming, outgoing) => {
    incoming.socket.once('close', () => left.resolve());
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
    outgoing.write('data: 1\n\n');
  });
  const { relay, url } = await relayTo(reference);
  const abort = new AbortController();
  const answer =
    via === 'socket'
      ? await fetch(url, { signal: abort.signal })
      : await relay.handler(new Request('http://front.test/', { signal: abort.signal }));
  await answer.body?.getReader().read();
  abort.abort();
  await left.promise;
});

test('the client goes before the headers, the reference is let go', async () => {
  const inside = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const reference = await listen((incoming) => {
    incoming.socket.once('close', () => left.resolve());
    inside.resolve();
  });
  const { url } = await relayTo(reference);
  const abort = new AbortController();
  const answer = fetch(url, { signal: abort.signal }).catch(() => 'aborted');
  await inside.promise;
  abort.abort();
  await left.promise;
  expect(await answer).toBe('aborted');
});

test('an answer that is cut is cut for the client too, never ended', async () => {
  const reference = await listen((incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
    outgoing.write('data: 1\n\n', () => setTimeout(() => incoming.socket.resetAndDestroy(), 5));
  });
  const { url } = await relayTo(reference);
  const answer = await fetch(url);
  await expect(answer.text()).rejects.toThrow(/terminated/u);
});

test('a reference that is not there is a 502 that names no address', async () => {
  const { url, relay } = await relayTo('http://127.0.0.1:1');
  for (const answer of [await fetch(url, { method: 'POST', body: '{}' }), await relay.handler(new Request('http://front.test/'))]) {
    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toMatch(/127\.0\.0\.1/u);
  }
});

test('a slow reader holds the reference back', async () => {
  let sent = 0;
  const reference = await listen((_incoming, outgoing) => {
    const piece = Buffer.alloc(65_536, 'x');
    const push = (): void => {
      while (sent < 64_000_000 && !outgoing.destroyed) {
        sent += piece.length;
        if (!outgoing.write(piece)) return void outgoing.once('drain', push);
      }
    };
    push();
  });
  const { url } = await relayTo(reference);
  const { port, hostname } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname });
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.pause();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(sent).toBeLessThan(20_000_000);
  socket.destroy();
});

test('a large answer passes by both doors', async () => {
  const text = 'abcdefgh'.repeat(100_000);
  const reference = await listen((_incoming, outgoing) => void outgoing.end(text));
  const { relay, url } = await relayTo(reference);
  expect(await (await fetch(url)).text()).toBe(text);
  expect(await (await relay.handler(new Request('http://front.test/'))).text()).toBe(text);
});

test('what front has read goes first, what it has not read follows', async () => {
  const reference = await listen(async (incoming, outgoing) => void outgoing.end(await body(incoming)));
  const relay = createRelay({ baseUrl: reference });
  open.push(() => relay.close());
  const url = await listen((incoming, outgoing) => {
    incoming.once('data', (first: Buffer) => {
      incoming.pause();
      relay.listener(incoming, outgoing, { rule: 'r', prescan: { bytes: first, body: undefined }, handOver: () => false });
    });
  });
  const text = 'abcdefgh'.repeat(100_000);
  expect(await (await fetch(url, { method: 'POST', body: text })).text()).toBe(text);
});
