import { ok, type CallTransform, type ChooseTransform } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { memorySink, memoryUpstream, rawCall, type Scripted } from '../../test/make-call.ts';
import { ASK, makeEngine } from '../../test/make-engine.ts';
import type { CallAnswer } from '../ports/index.ts';

/** Upper-cases text; `!` in it is an error, an end without `.` is a cut. */
const shouting: CallTransform['stream'] = () => ({
  start: () => '',
  step: (state, text) => {
    const seen = `${String(state)}${text}`;
    const out = [text.replaceAll('!', '').toUpperCase()];
    const error = { kind: 'bad-upstream', provider: 'p', message: 'shouted at' } as const;
    return text.includes('!') ? { state: seen, out: text === '!' ? [] : out, error } : { state: seen, out: text === '-' ? [] : out };
  },
  end: (state) => {
    const seen = String(state);
    if (seen.endsWith('.')) return { state, out: ['<end>'] };
    if (seen.endsWith('<done>')) return { state, out: [] };
    return { state, out: [], error: { kind: 'stream-cut', provider: 'p', phase: 'talking' } };
  },
});

const transforms: ChooseTransform = () =>
  ok({
    request: () => ok({ method: 'POST' as const, url: 'http://provider.test', headers: {}, auth: { kind: 'none' as const }, body: '' }),
    response: () => ok({ body: '{}' }),
    error: () => ({ kind: 'bad-upstream', provider: 'p', message: 'refused' }) as const,
    stream: shouting,
  });

async function stream(
  script: Scripted,
  full?: () => Promise<void>,
): Promise<{ answer: CallAnswer; text: string; writes: readonly string[] }> {
  const answer = await makeEngine({ transforms, upstream: memoryUpstream(script) })(rawCall({ ...ASK, stream: true }));
  if (typeof answer.body === 'string' || answer.body instanceof Uint8Array) return { answer, text: String(answer.body), writes: [] };
  const sink = memorySink(full);
  await answer.body.pump(sink);
  return { answer, text: sink.writes.join(''), writes: sink.writes };
}

const RESET = { kind: 'reset', message: 'gone' } as const;
const errorEvents = (text: string): number => text.split('data: {"error"').length - 1;

test('a stream comes piece by piece and ends as its format ends', async () => {
  const { answer, text, writes } = await stream({ pieces: ['a', async () => undefined, 'b', async () => undefined, 'c.'] });
  expect(answer).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
  });
  expect(text).toBe('ABC.<end>');
  expect(writes.length).toBeLessThanOrEqual(4);
});

test('a character cut across pieces comes whole', async () => {
  const bytes = Buffer.from('aé😀.');
  const pieces = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
  expect((await stream({ pieces })).text).toBe('AÉ😀.<end>');
});

test.each([
  ['an error before the first event', { pieces: ['!'] }, 502],
  ['an error after silence', { pieces: ['-', '!'] }, 502],
  ['a cut before the first event', { pieces: [], end: RESET }, 502],
  ['a clean end with nothing in it', { pieces: [] }, 502],
  ['a timeout before the first event', { pieces: ['-'], end: { kind: 'idle-timeout', message: 'm' } as const }, 408],
])('%s is a status', async (_what, script, status) => {
  const { answer, text } = await stream(script);
  expect(answer.status).toBe(status);
  expect(JSON.parse(text)).toHaveProperty('error.message');
});

test.each([
  ['an error in the middle', { pieces: ['a', 'b!'] }, 'AB'],
  ['a reset in the middle', { pieces: ['a', 'b'], end: RESET }, 'AB'],
  ['a reset after the answer but before its end', { pieces: ['a', 'b.'], end: RESET }, 'AB.'],
  ['a clean end that is none', { pieces: ['a', 'b'] }, 'AB'],
  ['a character that never came whole', { pieces: ['a', Buffer.from('é').subarray(0, 1)] }, 'A\ufffd'],
])('%s is the text so far and one error event', async (_what, script, before) => {
  const { answer, text } = await stream(script);
  expect(answer.status).toBe(200);
  expect(text.startsWith(`${before}data: {"error"`)).toBe(true);
  expect(errorEvents(text)).toBe(1);
  expect(text).not.toContain('<end>');
});

test('a reset after the very end takes nothing away', async () => {
  expect((await stream({ pieces: ['a', 'b<done>'], end: RESET })).text).toBe('AB<DONE>');
});

test('who goes away gets no error event', async () => {
  expect((await stream({ pieces: ['a'], end: { kind: 'aborted', message: 'gone' } })).text).toBe('A');
});

test('a client that is full makes the provider wait', async () => {
  let waiting = 0;
  let most = 0;
  const full = async (): Promise<void> => {
    waiting += 1;
    most = Math.max(most, waiting);
    await new Promise((resolve) => setTimeout(resolve, 1));
    waiting -= 1;
  };
  expect((await stream({ pieces: ['a', 'b', 'c', 'd.'] }, full)).text).toBe('ABCD.<end>');
  expect(most).toBeLessThanOrEqual(2);
});

test('what nobody takes yet stays bounded', async () => {
  let taken = 0;
  const pieces = Array.from({ length: 100 }, () => ['x'.repeat(10_000), async () => void (taken += 1)]).flat();
  const answer = await makeEngine({ transforms, upstream: memoryUpstream({ pieces: [...pieces, '.'] }) })(
    rawCall({ ...ASK, stream: true }),
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(taken).toBeLessThan(10);
  const sink = memorySink();
  if (typeof answer.body === 'object' && 'pump' in answer.body) await answer.body.pump(sink);
  expect(sink.writes.join('')).toHaveLength(1_000_001 + '<end>'.length);
});
