import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFakeUpstream, type FakeUpstream, type JsonRecord, type Script } from '../src/index.ts';

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await startFakeUpstream();
});
afterAll(() => upstream.close());

const ASK: JsonRecord = { model: 'm', messages: [{ role: 'user', content: 'good day' }] };
const TOOL_CHAT = { type: 'function', function: { name: 'look', parameters: {} } };

const post = (path: string, body: JsonRecord, script?: Script, signal?: AbortSignal): Promise<Response> => {
  if (script !== undefined) upstream.enqueue(script);
  return fetch(upstream.url + path, { method: 'POST', body: JSON.stringify(body), ...(signal !== undefined && { signal }) });
};

const readPieces = async (response: Response): Promise<readonly string[]> => {
  const pieces: string[] = [];
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) pieces.push(decoder.decode(piece, { stream: true }));
  return pieces;
};

test.each([
  [
    '/v1/chat/completions',
    ASK,
    { choices: [{ message: { content: 'You said: good day' }, finish_reason: 'stop' }], usage: { prompt_tokens: 2, completion_tokens: 4 } },
  ],
  [
    '/v1/chat/completions',
    { ...ASK, tools: [TOOL_CHAT] },
    { choices: [{ message: { tool_calls: [{ function: { name: 'look' } }] }, finish_reason: 'tool_calls' }] },
  ],
  [
    '/v1/messages',
    ASK,
    { type: 'message', content: [{ type: 'text', text: 'You said: good day' }], stop_reason: 'end_turn', usage: { input_tokens: 2 } },
  ],
  ['/v1/messages', { ...ASK, tools: [{ name: 'look' }] }, { content: [{ type: 'tool_use', name: 'look' }], stop_reason: 'tool_use' }],
  ['/v1/messages/count_tokens', ASK, { input_tokens: 2 }],
  [
    '/v1/embeddings',
    { input: ['a b', 'c'] },
    { data: [{ index: 0, embedding: [3, 0.2216796875, 0.5] }, { index: 1 }], usage: { prompt_tokens: 3 } },
  ],
  ['/v1/embeddings', { input: 'a', encoding_format: 'base64' }, { data: [{ embedding: 'AACAPwAAwj0AAAA/' }] }],
  ['/model/amazon.titan/invoke', { inputText: 'a b' }, { embedding: [3, 0.2216796875, 0.5], inputTextTokenCount: 2 }],
  ['/v1/ocr', { model: 'm' }, { pages: [{ index: 0 }], usage_info: { pages_processed: 1 } }],
] as const)('answers %s', async (path, body, expected) => {
  const response = await post(path, body);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject(expected);
});

test('streams in both dialects, event by event', async () => {
  const chat = (
    await readPieces(await post('/v1/chat/completions', { ...ASK, stream: true, stream_options: { include_usage: true } }))
  ).join('');
  expect(chat).toContain('"usage":{"prompt_tokens":2');
  expect(chat.endsWith('data: [DONE]\n\n')).toBe(true);
  const messages = (await readPieces(await post('/v1/messages', { ...ASK, stream: true, tools: [{ name: 'look' }] }))).join('');
  expect(messages).toContain('"partial_json":"{\\"place\\":"');
  expect(messages.endsWith('event: message_stop\ndata: {"type":"message_stop"}\n\n')).toBe(true);
});

test('splits where it is told', async () => {
  const pieces = await readPieces(await post('/x', {}, { status: 200, body: 'abcdef', splitAt: [1, 4], pieceDelayMs: 20 }));
  expect(pieces).toEqual(['a', 'bcd', 'ef']);
});

test('answers any status, header and body', async () => {
  const response = await post('/x', {}, { status: 429, body: '<html>', headers: { 'content-type': 'text/html' }, retryAfterSeconds: 7 });
  expect([response.status, response.headers.get('retry-after'), response.headers.get('content-type'), await response.text()]).toEqual([
    429,
    '7',
    'text/html',
    '<html>',
  ]);
});

test('cuts with a clean end, without one, and with a reset', async () => {
  expect(await (await post('/x', {}, { body: 'abcdef', cutAfterBytes: 3 })).text()).toBe('abc');
  for (const end of ['close', 'reset'] as const) {
    const response = await post('/x', {}, { body: 'abcdef', cutAfterBytes: 3, end });
    await expect(response.text()).rejects.toThrow();
  }
  await expect(post('/x', {}, { cutAfterBytes: 0, end: 'reset' })).rejects.toThrow();
  await expect(post('/x', {}, { raw: 'nonsense\r\n\r\n' })).rejects.toThrow();
});

test('delays, hangs, and notices a client that goes away', async () => {
  const begin = performance.now();
  await post('/x', {}, { body: 'a', delayMs: 40 });
  expect(performance.now() - begin).toBeGreaterThan(35);
  await expect(post('/x', {}, { cutAfterBytes: 0, end: 'hang' }, AbortSignal.timeout(50))).rejects.toThrow();
  expect(await upstream.requests.at(-1)?.finished).toMatchObject({ aborted: true });
});

test('keeps what it was sent', async () => {
  await post('/v1/ocr?a=1', { model: 'm' });
  const seen = upstream.requests.at(-1);
  expect(seen).toMatchObject({ method: 'POST', path: '/v1/ocr?a=1', json: { model: 'm' }, text: '{"model":"m"}' });
  expect(await seen?.finished).toMatchObject({ aborted: false });
});
