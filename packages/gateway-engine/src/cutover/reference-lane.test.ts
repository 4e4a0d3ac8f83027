import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { memoryRecorder, type MemoryTape } from '../../test/memory-recorder.ts';
import { createReferenceLane } from './reference-lane.ts';

const open: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

/** Relays to a gateway that answers in three writes, and gives what was recorded. */
async function relay(path: string, init: RequestInit): Promise<{ readonly text: string; readonly tapes: readonly MemoryTape[] }> {
  const server = createServer((incoming, outgoing) => {
    incoming.resume().on('end', () => {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream', 'X-Twice': ['a', 'b'] });
      for (const piece of ['data: 1\n\n', 'data: 2\n\n']) outgoing.write(piece);
      setTimeout(() => outgoing.end('data: [DONE]\n\n'), 20);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const recorder = memoryRecorder();
  const lane = createReferenceLane({ baseUrl: `http://127.0.0.1:${port}`, recorder });
  open.push(
    () => void server.close(),
    () => lane.close(),
  );
  const answer = await lane.handler(new Request(`http://gateway.test${path}`, init));
  return { text: await answer.text(), tapes: recorder.tapes };
}

test('a call to a model is recorded as it passes, piece by piece', async () => {
  const body = '{"model":"m","n":1.0}';
  const { text, tapes } = await relay('/chat/completions?a=1', { method: 'POST', body, headers: { 'X-Title': 't' } });
  const [tape] = tapes;
  expect(tape?.call).toMatchObject({ lane: 'reference', route: '/v1/chat/completions', path: '/chat/completions', query: 'a=1' });
  expect(tape?.call.header('x-title')).toBe('t');
  const told = tape?.told ?? [];
  expect(told.filter(([method]) => method === 'asked').map(([, bytes]) => String(bytes))).toStrictEqual([body]);
  expect(told.filter(([method]) => method === 'replied')).toMatchObject([['replied', 200, { 'x-twice': 'a, b' }]]);
  const wrote = told.filter(([method]) => method === 'wrote').map(([, piece]) => String(piece));
  expect(wrote.join('')).toBe(text);
  expect(wrote.length).toBeGreaterThan(1);
  expect(told.at(-1)?.[0]).toBe('ended');
});

test.each(['/key/generate', '/v1/models', '/user/info?user_id=u'])('%s is relayed and not recorded', async (path) => {
  const { text, tapes } = await relay(path, { method: 'POST', body: '{}' });
  expect(text).toContain('[DONE]');
  expect(tapes).toStrictEqual([]);
});
