import { expect, test } from 'vitest';
import type { JsonValue } from '../contract/json.ts';
import { toPythonText } from './python-text.ts';

const CASES: readonly [JsonValue, string][] = [
  ['a', "'a'"],
  ["it's", `"it's"`],
  [`it's "it"`, `'it\\'s "it"'`],
  ['a\n\\b', String.raw`'a\n\\b'`],
  [null, 'None'],
  [[true, false, 1, 2.5], '[True, False, 1, 2.5]'],
  [{ a: { b: [] } }, "{'a': {'b': []}}"],
  ['é', "'é'"],
];

test.each(CASES)('%j', (value, expected) => {
  expect(toPythonText(value)).toBe(expected);
});
