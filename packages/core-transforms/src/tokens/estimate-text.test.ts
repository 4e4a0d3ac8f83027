import fc from 'fast-check';
import { expect, test } from 'vitest';

import { boundTextTokens, estimateTextTokens } from './estimate-text.ts';

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
  ['in 今天天气很好', 6],
  ['Привет мир', 3],
  ['Приветhello', 3],
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
      expect(whole).toBeLessThanOrEqual(boundTextTokens(`${head} ${tail}`));
    }),
  );
});

/** The pieces of a text by one expression, and what each costs: what the scan of ASCII has to agree with. */
function estimateByExpression(text: string): number {
  const pieces =
    /['’](?:[sdmt]|ll|ve|re)(?!\p{L})|[ ]?(?<latin>\p{Script=Latin}+)|\p{N}{1,3}|[ ]?(?<marks>[^\s\p{L}\p{M}\p{N}\p{Extended_Pictographic}]+)|\s+/gu;
  return [...text.matchAll(pieces)].reduce((sum, { groups: { latin, marks } = {} }) => {
    if (latin !== undefined) {
      return sum + latin.split(/(?<=\p{Ll})(?=\p{Lu})/u).reduce((count, part) => count + Math.ceil(part.length / 8), 0);
    }
    return sum + (marks === undefined ? 1 : Math.ceil(marks.length / 3));
  }, 0);
}

test('scans ASCII, and what stands beside it, into the pieces of the expression', () => {
  const unit = fc.constantFrom(...'abXYz019 \t\n\'’"{}.,-_\u0000\u00a0éÉ²'.split(''), "'s", "'ll", 'getUserById', '  ');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
      expect(estimateTextTokens(text)).toBe(estimateByExpression(text));
    }),
    { numRuns: 2_000 },
  );
});
