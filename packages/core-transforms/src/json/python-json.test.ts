import fc from 'fast-check';
import { expect, test } from 'vitest';

import { toPythonJson } from './python-json.ts';

test('writes what json.dumps writes', () => {
  const value = { a: [1, 2.5, 1e-5, 1.5e-7, 0.0001, true, null, []], 'k"': {}, gone: undefined };
  expect(toPythonJson(value)).toBe('{"a": [1, 2.5, 1e-05, 1.5e-07, 0.0001, true, null, []], "k\\"": {}}');
  expect(toPythonJson('\x7f\x80é漢😀\ud800\n')).toBe('"\\u007f\\u0080\\u00e9\\u6f22\\ud83d\\ude00\\ud800\\n"');
  expect(toPythonJson({ é: ['漢\n', 1] }, 'unicode')).toBe('{"é": ["漢\\n", 1]}');
});

test('is JSON for the same value, and ASCII', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value = JSON.parse(text);
      const written = toPythonJson(value);
      expect(JSON.parse(written)).toStrictEqual(JSON.parse(JSON.stringify(value)));
      expect(written).toMatch(/^[\x20-\x7e]*$/u);
    }),
  );
});
