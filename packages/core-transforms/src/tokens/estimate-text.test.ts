import fc from 'fast-check';
import { expect, test } from 'vitest';

import { estimateTextTokens } from './estimate-text.ts';

test.each([
  ['', 0],
  ['Hello, world!', 4],
  ['The quick brown fox jumps over the lazy dog.', 10],
  ["They're done", 3],
  ['getUserById', 4],
  ['1234567', 3],
  ['a\n\n\nb', 3],
  ['{"a": 1}', 6],
  ['今天天气很好', 5],
  ['Привет мир', 3],
  ['👍🏽', 2],
])('%j is about %i tokens', (text, tokens) => {
  expect(estimateTextTokens(text)).toBe(tokens);
});

test('never fails, never falls below nothing, and grows with the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (head, tail) => {
      const whole = estimateTextTokens(`${head} ${tail}`);
      expect(Number.isInteger(whole)).toBe(true);
      expect(whole).toBeGreaterThanOrEqual(Math.max(estimateTextTokens(head), estimateTextTokens(tail)) - 1);
      expect(whole).toBeLessThanOrEqual(2 * (head.length + tail.length) + 1);
    }),
  );
});
