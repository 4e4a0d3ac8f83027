import { expect, test } from 'vitest';
import { memorySink, memoryUpstream, rawCall } from '../../test/make-call.ts';
import { ASK, makeEngine } from '../../test/make-engine.ts';
import { memoryRecorder, type MemoryTape } from '../../test/memory-recorder.ts';
import type { CallAnswer, RawCall, Upstream } from '../ports/index.ts';

async function record(
  raw: RawCall,
  upstream: Upstream,
): Promise<{ readonly answer: CallAnswer; readonly tapes: readonly MemoryTape[]; readonly writes: readonly string[] }> {
  const recorder = memoryRecorder();
  const answer = await makeEngine({ upstream, recorder })(raw);
  const sink = memorySink();
  if (typeof answer.body !== 'string' && !(answer.body instanceof Uint8Array)) await answer.body.pump(sink);
  return { answer, tapes: recorder.tapes, writes: sink.writes };
}

function methods({ told }: MemoryTape): string[] {
  return told.map(([method]) => method);
}

test('a whole answer: what was asked, sent, received and written', async () => {
  const body = JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }] });
  const { answer, tapes } = await record(rawCall(ASK, { lane: 'hono' }), memoryUpstream({ pieces: [body.slice(0, 9), body.slice(9)] }));
  const [tape] = tapes;
  expect(tape?.call).toMatchObject({ lane: 'hono', route: '/v1/chat/completions', method: 'POST', path: '/v1/chat/completions' });
  expect(tape === undefined ? [] : methods(tape)).toStrictEqual([
    'calledBy',
    'asked',
    'sent',
    'answered',
    'received',
    'replied',
    'wrote',
    'ended',
  ]);
  const given = Object.fromEntries(tape?.told.map(([method, ...rest]) => [method, rest]) ?? []);
  expect(new TextDecoder().decode(given['asked']?.[0] as Uint8Array)).toBe(JSON.stringify(ASK));
  expect(given['sent']).toMatchObject([
    { id: 'id-1' },
    { url: 'http://provider.test/v1/chat/completions', auth: { kind: 'header' } },
    { authorization: 'Bearer key-of-provider' },
  ]);
  expect(given['sent']?.[1]).not.toHaveProperty('headers.authorization');
  expect(String(given['received']?.[0])).toBe(body);
  expect(given['wrote']).toStrictEqual([answer.body]);
});

test('a stream: every piece as it came, every write as it went', async () => {
  const event = (delta: object, finish: string | null): string =>
    `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const pieces = [event({ content: 'a' }, null), event({}, 'stop').slice(0, 20), `${event({}, 'stop').slice(20)}data: [DONE]\n\n`];
  const { tapes, writes } = await record(rawCall({ ...ASK, stream: true }, { lane: 'hono' }), memoryUpstream({ pieces }));
  const told = tapes[0]?.told ?? [];
  expect(told.filter(([method]) => method === 'received').map(([, piece]) => String(piece))).toStrictEqual(pieces);
  expect(writes.join('')).toContain('[DONE]');
  expect(told.filter(([method]) => method === 'wrote').map(([, text]) => text)).toStrictEqual(writes);
  expect(told.at(-1)?.[0]).toBe('ended');
});

test('what a stream cost is told where its provider counted; nothing is guessed for a record', async () => {
  const event = (more: object): string => `data: ${JSON.stringify({ id: 'c', model: 'gpt-4o', ...more })}\n\n`;
  const said = event({ choices: [{ index: 0, delta: { content: 'hello there' }, finish_reason: 'stop' }] });
  const counted = event({ choices: [], usage: { prompt_tokens: 1000, completion_tokens: 10, total_tokens: 1010 } });
  const charges = async (pieces: readonly string[]): Promise<readonly unknown[]> => {
    const asked = { ...ASK, stream: true, ...(pieces.length > 2 && { stream_options: { include_usage: true } }) };
    const { tapes } = await record(rawCall(asked, { lane: 'hono' }), memoryUpstream({ pieces }));
    return tapes[0]?.told.filter(([method]) => method === 'charged').map(([, usd]) => usd) ?? [];
  };
  expect(await charges([said, counted, 'data: [DONE]\n\n'])).toStrictEqual([expect.closeTo(0.0026, 9)]);
  expect(await charges([said, 'data: [DONE]\n\n'])).toStrictEqual([]);
});

test('a failure, before and in the middle of an answer', async () => {
  const failure = { kind: 'reset', message: 'gone' } as const;
  const before = await record(rawCall(ASK, { lane: 'hono' }), memoryUpstream(failure));
  expect(before.tapes[0]?.told).toContainEqual(['failed', failure]);
  const within = await record(rawCall(ASK, { lane: 'hono' }), memoryUpstream({ pieces: ['{"ch'], end: failure }));
  expect(within.tapes[0]?.told).toContainEqual(['failed', failure]);
});

test('a call that nobody let in never tells what it asked', async () => {
  const { tapes } = await record(rawCall(ASK, { lane: 'hono', headers: { authorization: 'Bearer sk-wrong' } }), memoryUpstream({}));
  expect(tapes[0] === undefined ? [] : methods(tapes[0])).toStrictEqual(['replied', 'wrote', 'ended']);
});
