import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { sha256Hex } from './sha256.ts';

test('says what Node says, at every length around a block and for any text', () => {
  for (let length = 0; length < 200; length += 1) check('x'.repeat(length));
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), check));
});

function check(text: string): void {
  expect(sha256Hex(text)).toBe(createHash('sha256').update(text).digest('hex'));
}
