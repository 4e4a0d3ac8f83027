import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPythonRegex } from './python-regex.ts';

// Each was tried with Python 3.12's `re.compile`.
const GOOD = [
  '',
  String.raw`^[a-z0-9_-]+$`,
  String.raw`^\d{4}-\d{2}-\d{2}$`,
  String.raw`(?P<year>\d+)(?P=year)`,
  String.raw`(?:a|b)*?(?=c)(?!d)(?<=e)(?<!f)`,
  String.raw`(?i)abc`,
  String.raw`(?i:abc)`,
  '[]a]',
  '[^]a]',
  '[a-]',
  '[-a]',
  '{a}',
  'x{,3}',
  String.raw`\/\-\.\$`,
  String.raw`éA\x41`,
  'a++b',
  '[😀-😎]',
  String.raw`(a)\1`,
];
const BAD = [
  String.raw`\p{L}`,
  String.raw`[\p{Cc}]`,
  String.raw`(?<year>\d+)`,
  String.raw`\k<year>`,
  String.raw`\cA`,
  String.raw`\u{1F600}`,
  String.raw`[\w-.]`,
  '[z-a]',
  '[^]',
  '[]',
  '(a',
  'a)',
  '*a',
  'a**',
  'x{3,1}',
  'a(?i)b',
  '\\',
  '$*',
  String.raw`\1`,
];

test.each(GOOD)('%j compiles', (pattern) => {
  expect(isPythonRegex(pattern)).toBe(true);
});

test.each(BAD)('%j does not', (pattern) => {
  expect(isPythonRegex(pattern)).toBe(false);
});

test('whatever the text, there is an answer', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...String.raw`\()[]{}?*+-^|$<>=!:P1aàé`) }),
      (text) => typeof isPythonRegex(text) === 'boolean',
    ),
  );
});
