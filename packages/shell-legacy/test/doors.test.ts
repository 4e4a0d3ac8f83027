import { once } from 'node:events';
import { connect } from 'node:net';
import { fail } from '@stagegate/core-transforms';
import { createEngine } from '@stagegate/gateway-engine/pipeline';
import type { Declined, HandOver, Lane } from '@stagegate/gateway-engine/ports';
import { createUpstream } from '@stagegate/gateway-engine/upstream';
import { startFakeUpstream, type FakeUpstream } from '@stagegate/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLegacyShell } from '../src/create-legacy-shell.ts';
import { chatCall, listen, MASTER_KEY, partsFor } from './gateway.ts';

let provider: FakeUpstream;

beforeAll(async () => {
  provider = await startFakeUpstream();
});

afterAll(() => provider.close());

const refuses = () => fail({ kind: 'declined', path: 'tools[0].café', reason: 'not known\r\n' });

function shellOf(stage: 1 | 2, parts = partsFor(provider.url)): Lane {
  return stage === 1
    ? createLegacyShell({ stage, ...parts })
    : createLegacyShell({ stage, engine: createEngine({ ...parts, upstream: createUpstream() }) });
}

describe.each([1, 2] as const)('stage %i', (stage) => {
  test('a declined call is handed over with its body, and nothing is written', async () => {
    const lane = shellOf(stage, partsFor(provider.url, refuses));
    const handed: { declined: Declined; text: string }[] = [];
    const gateway = await listen((incoming, outgoing) => {
      const handOver: HandOver = (declined, bytes) => {
        handed.push({ declined, text: Buffer.from(bytes ?? []).toString() });
        outgoing.end(String(outgoing.headersSent));
        return true;
      };
      lane.listener(incoming, outgoing, { rule: 'r', prescan: undefined, handOver });
    });
    const call = chatCall(gateway.url);
    const text = await call.clone().text();
    expect(await (await fetch(call)).text()).toBe('false');
    expect(handed).toMatchObject([{ declined: { by: 'core' }, text }]);
    gateway.close();
  });

  test('a declined call that nobody takes is a 400 that says so in one clean line', async () => {
    const answer = await shellOf(stage, partsFor(provider.url, refuses)).handler(chatCall('http://gateway.test'));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-stagegate-declined')).toBe('core: tools[0].caf : not known');
  });

  test('what front has read is not read again', async () => {
    const lane = shellOf(stage);
    const gateway = await listen(async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      lane.listener(incoming, outgoing, { rule: 'r', prescan: { bytes: Buffer.concat(chunks), body: undefined }, handOver: () => false });
    });
    const answer = await fetch(chatCall(gateway.url));
    expect([answer.status, answer.headers.get('x-stagegate-rule')]).toStrictEqual([200, 'r']);
    gateway.close();
  });

  test.each([
    ['two hosts', 'GET /health/liveliness HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['no host', 'GET /health/liveliness HTTP/1.1\r\n\r\n'],
    ['a host with a path', 'GET /v1/models HTTP/1.1\r\nHost: a/health/liveliness?x=\r\n\r\n'],
    ['a target with a host', 'GET http://evil.test/health/liveliness HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['chunks over HTTP/1.0', 'POST /v1/chat/completions HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ])('%s is a 400 before any route', async (_name, text) => {
    const lane = shellOf(stage);
    const gateway = await listen((incoming, outgoing) => lane.listener(incoming, outgoing));
    const socket = connect(gateway.port, '127.0.0.1');
    socket.end(text);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'close');
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400 /u);
    gateway.close();
  });

  test('a body over the limit ends its connection: what follows on it cannot be told from the rest', async () => {
    const lane = shellOf(stage);
    const gateway = await listen((incoming, outgoing) => lane.listener(incoming, outgoing));
    const socket = connect(gateway.port, '127.0.0.1');
    socket.on('error', () => socket.destroy());
    const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${MASTER_KEY}\r\nContent-Length: 9000000\r\n\r\n`;
    socket.write(head);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'close');
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/iu);
    gateway.close();
  });
});
