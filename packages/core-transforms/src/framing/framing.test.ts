import fc from 'fast-check';
import { expect, test } from 'vitest';
import { awsMessage } from '../../test/aws-message.ts';
import type { StreamMachine } from '../contract/stream-machine.ts';
import { awsEventStream } from './aws-event-stream.ts';
import { crc32 } from './crc32.ts';
import { jsonArrayElements } from './json-array.ts';
import { jsonLines } from './json-lines.ts';

const AMBIENT = { nowSeconds: 0, callId: 'call' };

function read<State, In, Out>(machine: StreamMachine<State, In, Out>, pieces: readonly In[]): { out: Out[]; error: string | undefined } {
  let state = machine.start(AMBIENT);
  const out: Out[] = [];
  for (const piece of pieces) {
    const step = machine.step(state, piece);
    out.push(...step.out);
    if (step.error !== undefined) return { out, error: step.error.kind };
    state = step.state;
  }
  const last = machine.end(state);
  return { out: [...out, ...last.out], error: last.error?.kind };
}

function cutAt<T extends { slice: (from: number, to: number) => T; length: number }>(whole: T, cuts: readonly number[]): T[] {
  const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...places].map((from, index) => whole.slice(from, places[index] ?? whole.length));
}

const cuts = fc.array(fc.nat(), { maxLength: 8 });

test('CRC-32 of the check string', () => {
  const bytes = new TextEncoder().encode('123456789');
  expect(crc32(bytes, 0, bytes.length)).toBe(0xcbf43926);
});

test('JSON lines do not depend on cuts', () => {
  const lines = fc.array(fc.json());
  fc.assert(
    fc.property(lines, fc.constantFrom('\n', '\r\n', '\n\n'), cuts, (texts, lineEnd, places) => {
      const pieces = cutAt(texts.join(lineEnd), places);
      expect(read(jsonLines('test'), pieces)).toEqual({ out: texts.map((text) => text.trim()), error: undefined });
    }),
  );
});

test('array elements do not depend on cuts', () => {
  const elements = fc.array(fc.dictionary(fc.string(), fc.jsonValue()));
  fc.assert(
    fc.property(elements, fc.constantFrom(0, 2), cuts, (values, indent, places) => {
      const pieces = cutAt(JSON.stringify(values, null, indent), places);
      const { out, error } = read(jsonArrayElements('test'), pieces);
      expect(error).toBeUndefined();
      expect(out.map((text) => JSON.parse(text) as unknown)).toEqual(JSON.parse(JSON.stringify(values)));
    }),
  );
});

test('an array that ends inside an element is cut', () => {
  expect(read(jsonArrayElements('test'), ['[{"a":1},{"b":'])).toEqual({ out: ['{"a":1}'], error: 'stream-cut' });
});

const events = fc.array(
  fc.record({
    headers: fc.record({ ':event-type': fc.string(), ':message-type': fc.constant('event') }),
    payload: fc.string({ unit: 'grapheme' }),
  }),
  {
    maxLength: 6,
  },
);

function stream(given: readonly { headers: Readonly<Record<string, string>>; payload: string }[]): Uint8Array {
  return Uint8Array.from(given.flatMap((event) => [...awsMessage(event.headers, event.payload)]));
}

test('event stream messages do not depend on cuts', () => {
  fc.assert(
    fc.property(events, cuts, (given, places) => {
      expect(read(awsEventStream('test'), cutAt(stream(given), places))).toEqual({ out: given, error: undefined });
    }),
  );
});

test('a flipped bit anywhere is found, and nothing after it is given', () => {
  const given = [{ headers: { ':event-type': 'a' }, payload: '{"x":1}' }];
  const good = stream(given);
  for (let bit = 0; bit < good.length * 8; bit += 1) {
    const bad = good.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    const { out, error } = read(awsEventStream('test'), [bad]);
    expect(out).toEqual([]);
    expect(error).toMatch(/bad-upstream|stream-cut/u);
  }
});

test('an end inside a message is a cut', () => {
  const bytes = stream([{ headers: {}, payload: 'x' }]);
  expect(read(awsEventStream('test'), [bytes.slice(0, -1)]).error).toBe('stream-cut');
});
