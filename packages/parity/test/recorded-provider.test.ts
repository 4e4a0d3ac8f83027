import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRecordedProvider, type RecordedProvider } from '../src/reference/recorded-provider.ts';
import type { Reply } from '../src/replay/replay-call.ts';

let provider: RecordedProvider;

beforeAll(async () => {
  provider = await startRecordedProvider();
});

afterAll(() => provider.close());

const REPLY: Reply = {
  status: 201,
  headers: { 'content-type': 'text/event-stream', 'x-request-id': 'r', 'content-encoding': 'gzip' },
  pieces: ['data: 1\n', '\ndata: 2\n\n'].map((piece) => Buffer.from(piece)),
  failure: undefined,
};

interface Seen {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly pieces: readonly string[];
}

/** Asks over a socket; rejects when it is cut off. */
const ask = (path = '/v1/x?key=k'): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const call = request(provider.url + path, { method: 'POST', headers: { 'x-mine': 'a <credential>' } }, (incoming) => {
      const pieces: string[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece.toString())).on('error', reject);
      incoming.on('end', () => resolve({ headers: { ...incoming.headers, status: incoming.statusCode }, pieces }));
    });
    call.on('error', reject).end('{"a":1}');
  });

test('what was recorded is answered, and what was sent is kept as a replay compares it', async () => {
  provider.load([REPLY]);
  const { headers, pieces } = await ask();
  expect(pieces.join('')).toBe('data: 1\n\ndata: 2\n\n');
  expect(headers).toMatchObject({ status: 201, 'x-request-id': 'r' });
  expect(headers).not.toHaveProperty('content-encoding');
  expect(headers).not.toHaveProperty('date');
  expect(provider.sent()).toStrictEqual([
    { method: 'POST', path: '/v1/x?key=***', headers: { 'x-mine': 'a <credential>' }, body: '{"a":1}' },
  ]);
});

test('a request too many is cut off and kept, and the next call begins anew', async () => {
  provider.load([REPLY]);
  await ask();
  await expect(ask('/v1/again')).rejects.toThrow();
  expect(provider.sent().map(({ path }) => path)).toStrictEqual(['/v1/x?key=***', '/v1/again']);
  provider.load([{ kind: 'reset', message: 'gone' }]);
  await expect(ask()).rejects.toThrow();
  provider.load([{ ...REPLY, failure: { kind: 'reset', message: 'gone' } }]);
  await expect(ask()).rejects.toThrow();
  expect(provider.sent().length).toBe(1);
});
