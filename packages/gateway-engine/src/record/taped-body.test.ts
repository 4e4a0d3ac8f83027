import fc from 'fast-check';
import { expect, test } from 'vitest';
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
        expect(body?.lengths).toStrictEqual(pieces.map((piece) => bytesOf(piece).length));
        expect(body?.times).toStrictEqual(pieces.map((_, at) => at * 100 + 13));
        body?.release(memory);
      }
    }),
  );
});

test('a body in one piece is kept by reference; the pieces of a stream outlive the memory they came in', () => {
  const memory = new TapeMemory();
  const whole = Buffer.from('whole');
  const one = new TapedBody();
  one.add(whole, 0, memory);
  expect(one.parts()[0]).toBe(whole);

  const socket = Buffer.from('piece');
  const stream = new TapedBody();
  stream.add('first ', 0, memory);
  stream.add(socket, 1, memory);
  socket.fill('x');
  expect(stream.parts().map(String)).toStrictEqual(['first ', 'piece']);
});
