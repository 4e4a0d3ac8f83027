import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { toHandler } from '../src/node/to-handler.ts';

const URL_OF_TEST = 'http://gateway.test/path?query=1';

test('the listener sees method, target, headers and body; the answer keeps status and headers', async () => {
  const handler = toHandler(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const seen = { method: incoming.method, url: incoming.url, host: incoming.headers.host, own: incoming.headers['x-own'] };
    outgoing.writeHead(418, { 'x-back': 'yes' });
    outgoing.end(JSON.stringify({ ...seen, body: Buffer.concat(chunks).toString() }));
  });
  const answer = await handler(new Request(URL_OF_TEST, { method: 'POST', headers: { 'x-own': 'é' }, body: 'text' }));
  expect([answer.status, answer.headers.get('x-back'), answer.headers.get('connection')]).toStrictEqual([418, 'yes', null]);
  expect(await answer.json()).toStrictEqual({ method: 'POST', url: '/path?query=1', host: 'gateway.test', own: 'é', body: 'text' });
});

test('pieces arrive one by one, while the answer is still being made', async () => {
  const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
  const handler = toHandler(async (_incoming, outgoing) => {
    outgoing.write('first');
    await mayGoOn;
    outgoing.end('second');
  });
  const reader = (await handler(new Request(URL_OF_TEST))).body?.getReader();
  const decoder = new TextDecoder();
  expect(decoder.decode((await reader?.read())?.value)).toBe('first');
  goOn();
  expect(decoder.decode((await reader?.read())?.value)).toBe('second');
  expect((await reader?.read())?.done).toBe(true);
});

test('a reader that takes nothing holds the listener back', async () => {
  let written = 0;
  const handler = toHandler(async (_incoming, outgoing) => {
    const piece = Buffer.alloc(65_536);
    while (written < 50_000_000 && !outgoing.destroyed) {
      written += piece.length;
      if (!outgoing.write(piece)) await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')]);
    }
    outgoing.end();
  });
  const answer = await handler(new Request(URL_OF_TEST));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(written).toBeLessThan(2_000_000);
  await answer.body?.cancel();
});

test.each(['before the head', 'in the body'])('a caller that goes away closes the answer %s', async (when) => {
  const { promise: closed, resolve: close } = Promise.withResolvers<boolean>();
  const { promise: called, resolve: call } = Promise.withResolvers<void>();
  const handler = toHandler((_incoming, outgoing) => {
    outgoing.once('close', () => close(outgoing.writableFinished));
    if (when === 'in the body') outgoing.write('piece');
    call();
  });
  const abort = new AbortController();
  const answer = handler(new Request(URL_OF_TEST, { signal: abort.signal }));
  await called;
  if (when === 'in the body') await (await answer).body?.cancel();
  abort.abort();
  if (when === 'before the head') await expect(answer).rejects.toThrow();
  expect(await closed).toBe(false);
});

test('an answer that breaks off is an error for its reader', async () => {
  const handler = toHandler((_incoming, outgoing) => {
    outgoing.write('piece', () => outgoing.destroy());
  });
  await expect((await handler(new Request(URL_OF_TEST))).text()).rejects.toThrow();
});

test('calls one after the other share a connection, calls at once do not, and one that broke is not used again', async () => {
  const sockets: object[] = [];
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const handler = toHandler(async (incoming, outgoing) => {
    sockets.push(incoming.socket);
    incoming.resume();
    if (incoming.url === '/waits') await mayEnd;
    if (incoming.url === '/breaks') outgoing.write('piece', () => outgoing.destroy());
    else outgoing.end('whole');
  });
  const ask = async (path: string): Promise<string> =>
    (await handler(new Request(`http://gateway.test${path}`, { method: 'POST', body: 'text' }))).text();
  await ask('/');
  const waiting = ask('/waits');
  await ask('/');
  end();
  await waiting;
  await expect(ask('/breaks')).rejects.toThrow();
  await expect(ask('/breaks')).rejects.toThrow();
  await ask('/');
  const connections = sockets.map((socket) => sockets.indexOf(socket));
  expect(connections.slice(0, 3)).toStrictEqual([0, 0, 2]);
  expect(new Set(connections.slice(3, 5)).size).toBe(2);
  expect(connections[5]).toBe(5);
});

test('a connection that is closed while nobody uses it is not used again', async () => {
  const sockets: Duplex[] = [];
  const handler = toHandler((incoming, outgoing) => {
    sockets.push(incoming.socket);
    outgoing.end('whole');
  });
  const ask = async (): Promise<string> => (await handler(new Request(URL_OF_TEST))).text();
  await ask();
  const [first] = sockets;
  first?.destroy();
  await new Promise(setImmediate);
  expect(await ask()).toBe('whole');
  expect(sockets[1]).not.toBe(first);
}, 20_000);

test('a connection that is used again and again gathers no listeners', async () => {
  const warnings: string[] = [];
  const hear = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', hear);
  const handler = toHandler((_incoming, outgoing) => outgoing.end('yes'));
  for (let call = 0; call < 12; call += 1) await (await handler(new Request(URL_OF_TEST))).text();
  process.off('warning', hear);
  expect(warnings).toStrictEqual([]);
});
