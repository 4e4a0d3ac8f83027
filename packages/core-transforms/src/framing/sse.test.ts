import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FRAME_CHARACTERS_MAX, sseFrames, type SseFrame } from './sse.ts';

const AMBIENT = { nowSeconds: 0, callId: 'call' };

function read(pieces: readonly string[]): { frames: SseFrame[]; error: boolean } {
  const machine = sseFrames('test');
  let state = machine.start(AMBIENT);
  const frames: SseFrame[] = [];
  for (const piece of pieces) {
    const step = machine.step(state, piece);
    frames.push(...step.out);
    if (step.error !== undefined) return { frames, error: true };
    state = step.state;
  }
  frames.push(...machine.end(state).out);
  return { frames, error: false };
}

// The cases of web-platform-tests eventsource/format-*, as text and what must come out.
const FORMAT_CASES: readonly [string, string, readonly SseFrame[]][] = [
  ['byte order mark', '\uFEFFdata:1\n\ndata:2\n\n', [frame('1'), frame('2')]],
  ['a second byte order mark is data', '\uFEFF\uFEFFdata:1\n\ndata:2\n\n', [frame('2')]],
  ['comments', 'data:1\r:\0\n:\r\ndata:2\n:x\rdata:3\n:data:fail\r:y\ndata:4\n\n', [frame('1\n2\n3\n4')]],
  ['data before a final blank line', 'data:msg\ndata:msg\n\n:\ndata:end\n\n', [frame('msg\nmsg'), frame('end')]],
  ['data without a value', 'data:\n\ndata\ndata\n\ndata:test\n\n', [frame(''), frame('\n'), frame('test')]],
  ['event name, reset after each event', 'event:test\ndata:x\n\ndata:x\n\n', [frame('x', 'test'), frame('x')]],
  ['leading space, one only', 'data:\ttest\rdata: \ndata:test\n\n', [frame('\ttest\n\ntest')]],
  ['unknown and misspelt fields', 'data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\n\n', [frame('test\n')]],
  ['line ends of every kind', 'data:test\rdata\ndata:test\r\n\r\n', [frame('test\n\ntest')]],
  ['NUL in data', 'data:\0\n\n', [frame('\0')]],
  ['id and retry are dropped', 'id:1\nretry:1000\ndata:x\n\n', [frame('x')]],
  ['field names match in case', 'Data:x\n\ndata:y\n\n', [frame('y')]],
  ['U+2028 is no line end', 'data:a\u2028b\u0085c\n\n', [frame('a\u2028b\u0085c')]],
];

function frame(data: string, event = ''): SseFrame {
  return { event, data };
}

test.each(FORMAT_CASES)('%s', (_name, text, expected) => {
  expect(read([text]).frames).toEqual(expected);
  expect(read([...text]).frames).toEqual(expected);
});

test('a last event without its blank line is given', () => {
  expect(read(['data: a\n\ndata: b\n']).frames).toEqual([frame('a'), frame('b')]);
  expect(read(['data: a\n\ndata: b']).frames).toEqual([frame('a'), frame('b')]);
});

test('frames do not depend on where the text was cut, and agree with eventsource-parser', () => {
  const line = fc.oneof(
    fc.constantFrom('data: {"a":1}', 'data:x', 'event: message_start', ': comment', 'id: 7', 'data', '', '', 'weird'),
    fc.string().map((text) => `data: ${text.replaceAll(/[\r\n\uFEFF]/gu, '')}`),
  );
  const stream = fc
    .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 20 })
    .map((lines) => `${lines.flat().join('')}\n\n`);
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 8 }), (text, cuts) => {
      const whole = read([text]).frames;
      const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((a, b) => a - b);
      const pieces = [0, ...places].map((from, index) => text.slice(from, places[index] ?? text.length));
      expect(read(pieces).frames).toEqual(whole);
      const oracle: SseFrame[] = [];
      createParser({ onEvent: (event) => oracle.push({ event: event.event ?? '', data: event.data }) }).feed(text);
      expect(whole.filter((one) => one.data !== '')).toEqual(oracle.filter((one) => one.data !== ''));
    }),
    { numRuns: 500 },
  );
});

test('an event over the cap is an error, not a memory leak', () => {
  const piece = 'x'.repeat(1024 * 1024);
  const pieces = ['data: ', ...Array.from({ length: FRAME_CHARACTERS_MAX / piece.length + 1 }, () => piece)];
  expect(read(pieces).error).toBe(true);
});
