import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unpackPieces } from './record-codec.ts';
import { TapedBody, TapeMemory } from './taped-body.ts';

const PIECE = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 6_000 }),
  fc.uint8Array({ maxLength: 60 }),
  fc.uint8Array({ maxLength: 9_000, minLength: 3_000 }),
);

const bytesOf = (piece: string | Uint8Array): Buffer => Buffer.from(piece);

test('pieces of any size come out as they went in, with their lengths and times, whoever had the memory before', () => {
  const memory = new TapeMemory();
  fc.assert(
    fc.property(fc.array(fc.array(PIECE, { maxLength: 40 }), { minLength: 1, maxLength: 4 }), (bodies) => {
      const taped = bodies.map(() => new TapedBody());
      // In turn, as calls that run at once do.
      const longest = Math.max(...bodies.map(({ length }) => length));
      for (let at = 0; at < longest; at += 1) {
        for (const [index, pieces] of bodies.entries()) {
          const piece = pieces[at];
          if (piece !== undefined) taped[index]?.add(piece, at + 0.128, memory);
        }
      }
      for (const [index, pieces] of bodies.entries()) {
        const body = taped[index];
        expect(Buffer.concat((body?.parts() ?? []).map(bytesOf))).toStrictEqual(Buffer.concat(pieces.map(bytesOf)));
        const told = unpackPieces(Buffer.concat(body?.pieces() ?? []));
        expect(told).toStrictEqual(pieces.map((piece, at) => [bytesOf(piece).length, (at * 100 + 13) / 100]));
        body?.release(memory);
      }
    }),
  );
});

test('a stream of very many small pieces is kept whole', () => {
  const memory = new TapeMemory();
  const stream = new TapedBody();
  for (let at = 0; at < 1_000; at += 1) stream.add(at % 2 === 0 ? 'a' : Buffer.from('b'), at, memory);
  expect(Buffer.concat(stream.parts().map(bytesOf)).toString()).toBe('ab'.repeat(500));
  expect(unpackPieces(Buffer.concat(stream.pieces()))).toStrictEqual(Array.from({ length: 1_000 }, (_, at) => [1, at]));
});

test('a body in one piece is kept by reference; the pieces of a stream outlive the memory they came in', () => {
  const memory = new TapeMemory();
  const whole = Buffer.from('whole');
  const one = new TapedBody();
  one.add(whole, 0, memory);
  expect(one.parts()[0]).toBe(whole);

  const [first, second] = [Buffer.from('first '), Buffer.from('second')];
  const stream = new TapedBody();
  stream.add(first, 0, memory);
  stream.add(second, 1, memory);
  for (const socket of [first, second]) socket.fill('x');
  expect(stream.parts().map(String)).toStrictEqual(['first second']);
});
