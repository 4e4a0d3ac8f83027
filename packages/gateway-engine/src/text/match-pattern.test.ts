import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesPattern } from './match-pattern.ts';

test.each([
  ['gpt-4o', 'gpt-4o', true],
  ['gpt-4o', 'gpt-4o-mini', false],
  ['gpt-*', 'gpt-4o', true],
  ['*', '', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['*/chat/*', '/v1/chat/completions', true],
  ['a.c', 'abc', false],
  ['a*b*c', 'a-c-b', false],
  ['a*b*bc', 'abc', false],
])('%s holds %s: %s', (pattern, text, expected) => {
  expect(matchesPattern(pattern, text)).toBe(expected);
});

test('agrees with a regular expression', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
  fc.assert(
    fc.property(letters, text, (pattern, given) => {
      expect(matchesPattern(pattern, given)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'u').test(given));
    }),
  );
});
