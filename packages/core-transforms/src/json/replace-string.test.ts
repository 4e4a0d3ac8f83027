import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../contract/json.ts';
import { replaceString } from './replace-string.ts';

function replaced(text: string): string | undefined {
  const value: JsonObject = JSON.parse(text);
  return replaceString(text, value, 'model', 'new');
}

test.each<[string, string | undefined]>([
  ['{"id":9007199254740993, "model" : "old" ,"a":1.0}', '{"id":9007199254740993, "model" : "new" ,"a":1.0}'],
  ['{"model":"new"}', '{"model":"new"}'],
  [String.raw`{"a":"say \"model\"","model":"old"}`, String.raw`{"a":"say \"model\"","model":"new"}`],
  // A structure would tell these apart, a search does not try.
  ['{"a":"model","model":"old"}', undefined],
  ['{"model":"x","model":"old"}', undefined],
  [String.raw`{"model":"x","mod\u0065l":"old"}`, undefined],
  [String.raw`{"a":{"model":"x"},"mod\u0065l":"x"}`, undefined],
  [String.raw`{"model":"o\/d"}`, undefined],
  ['{"model":1}', undefined],
  ['{"a":{"model":"x"}}', undefined],
  ['{"a":["model"],"model":"old","b":[]}', undefined],
  ['{"a":[{"model":"old"}]}', undefined],
  ['{"a":{"model":"old"},"model":"old"}', '{"a":{"model":"old"},"model":"new"}'],
  ['{"a":[{"model":"model"}], "model" : "old" ,"n":1.0 }', '{"a":[{"model":"model"}], "model" : "new" ,"n":1.0 }'],
  ['{"model":"old","a":[{"model":"old"}]}', '{"model":"new","a":[{"model":"old"}]}'],
])('%s', (text, expected) => {
  expect(replaced(text)).toBe(expected);
});

test('what it gives says the same but for that one member', () => {
  const name = fc.constantFrom('model', 'a', '"model"', 'mod\\el');
  const object = fc.dictionary(
    name,
    fc.oneof(
      fc.constantFrom('model', '"model"', ':"', 'new', '\\', '}'),
      fc.constantFrom({ model: 'old' }, [{ model: 'new' }, '']),
      fc.jsonValue(),
    ),
    { maxKeys: 4 },
  );
  fc.assert(
    fc.property(object, fc.boolean(), (given, spaced) => {
      const text = JSON.stringify(given, null, spaced ? 1 : 0);
      const made = replaced(text);
      if (made !== undefined) expect(JSON.parse(made)).toStrictEqual({ ...JSON.parse(text), model: 'new' });
    }),
  );
});
