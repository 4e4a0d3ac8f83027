import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { JsonValue } from '../contract/json.ts';
import { editMembers, type MemberEdit } from './edit-members.ts';
import { scanRawObject, type RawObject } from './raw-object.ts';

function scan(text: string): RawObject {
  const outcome = scanRawObject(new TextEncoder().encode(text));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return outcome.value;
}

test.each<[string, readonly MemberEdit[], string]>([
  ['{ "a" : 1.0 , "n": 9007199254740993 }', [], '{ "a" : 1.0 , "n": 9007199254740993 }'],
  ['{ "a" : 1.0 , "n": 9007199254740993 }', [{ name: 'a', set: 'x' }], '{ "a" : "x" , "n": 9007199254740993 }'],
  ['{"a":1}', [{ name: 'b', set: [true] }], '{"a":1,"b":[true]}'],
  ['{"a":1 }', [{ name: 'b', setText: '1.0' }], '{"a":1,"b":1.0 }'],
  [' { } ', [{ name: 'a"', set: null }], ' {"a\\"":null } '],
  ['{"a":1,"b":2,"c":3}', [{ name: 'a', remove: true }], '{"b":2,"c":3}'],
  ['{"a":1, "b":2, "c":3}', [{ name: 'b', remove: true }], '{"a":1, "c":3}'],
  ['{"a":1, "b":2 }', [{ name: 'b', remove: true }], '{"a":1 }'],
  ['{ "a":1 }', [{ name: 'a', remove: true }], '{  }'],
  [
    '{"a":1,"b":2}',
    [
      { name: 'a', remove: true },
      { name: 'b', remove: true },
      { name: 'c', set: 3 },
    ],
    '{"c":3}',
  ],
  ['{"max_tokens":1.0,"b":2}', [{ name: 'max_tokens', rename: 'max_completion_tokens' }], '{"max_completion_tokens":1.0,"b":2}'],
  [
    '{"a":1}',
    [
      { name: 'z', remove: true },
      { name: 'y', rename: 'x' },
    ],
    '{"a":1}',
  ],
  ['{"a":1,"b":2,"a":3}', [{ name: 'b', set: 0 }], '{"b":0,"a":3}'],
])('%s edited by %j', (text, edits, expected) => {
  expect(editMembers(scan(text), edits)).toBe(expected);
});

test('says what the same edits of the parsed object say', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e\n');
  const edit: fc.Arbitrary<MemberEdit> = fc.oneof(
    fc.record({ name, set: fc.json({ maxDepth: 2 }).map(toJson) }),
    fc.record({ name, remove: fc.constant<true>(true) }),
    fc.record({ name, rename: fc.constantFrom('r', 's') }),
  );
  const edits = fc.uniqueArray(edit, { selector: (one) => ('rename' in one ? one.rename : one.name) });
  fc.assert(
    fc.property(fc.dictionary(name, fc.jsonValue()), edits, fc.constantFrom('', ' '), (value, list, space) => {
      const chosen = list.filter((one, index) => list.findIndex((other) => other.name === one.name) === index);
      const expected = new Map<string, unknown>(Object.entries(value));
      for (const one of chosen) {
        if ('set' in one) expected.set(one.name, one.set);
        else if (expected.has(one.name)) {
          if ('rename' in one) expected.set(one.rename, expected.get(one.name));
          expected.delete(one.name);
        }
      }
      const written = editMembers(scan(JSON.stringify(value, null, space)), chosen);
      expect(JSON.parse(written)).toStrictEqual(JSON.parse(JSON.stringify(Object.fromEntries(expected))));
    }),
  );
});

function toJson(text: string): JsonValue {
  const json: JsonValue = JSON.parse(text);
  return json;
}
