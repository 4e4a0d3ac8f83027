import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { editMembers } from './edit-members.ts';
import { editsBetween } from './edits-between.ts';
import { scanRawObject } from './raw-object.ts';

function edited(text: string, to: (value: JsonObject) => JsonObject): string {
  const raw = scanRawObject(new TextEncoder().encode(text));
  if (!raw.ok) throw new Error('the test’s own text is bad');
  return editMembers(raw.value, editsBetween(raw.value, to(raw.value.value)));
}

const CASES: readonly [string, string, (value: JsonObject) => JsonObject, string][] = [
  ['equal values', '{"a":1.0 , "b":[1e2]}', (value) => JSON.parse(JSON.stringify(value)), '{"a":1.0 , "b":[1e2]}'],
  [
    'one member of one element',
    '{"m":[ {"n":1.0,"c":null} , {"n":9007199254740993}]}',
    ({ m }) => ({ m: Array.isArray(m) ? [{ n: 1 }, m[1]] : [] }),
    '{"m":[ {"n":1.0} , {"n":9007199254740993}]}',
  ],
  [
    'one element more, one less',
    '{"m":[{"n":1.0}, {"n":2.0},{"n":3.0}]}',
    () => ({ m: [{ n: 1 }, { n: 3 }] }),
    '{"m":[{"n":1.0},{"n":3.0}]}',
  ],
  ['an element in between', '{"m":[1.0,2.0]}', () => ({ m: [1, 'x', 2] }), '{"m":[1.0,"x",2.0]}'],
  ['another kind of value', '{"m":[1.0],"o":{"a":1}}', () => ({ m: { x: 1 }, o: 'y' }), '{"m":{"x":1},"o":"y"}'],
  ['brackets in strings', '{"m":["a],[",{"c":null,"k":"}\\\\"}]}', () => ({ m: ['a],[', { k: '}\\' }] }), '{"m":["a],[",{"k":"}\\\\"}]}'],
  ['a member named as what every object inherits', '{"o":{"constructor":1,"a":1.0}}', () => ({ o: { a: 1 } }), '{"o":{"a":1.0}}'],
  ['an empty list', '{"m":[ ]}', () => ({ m: [1] }), '{"m":[1]}'],
];

test.each(CASES)('%s', (_name, text, to, expected) => {
  expect(edited(text, to)).toBe(expected);
});

test('whatever is made of whatever, the text says it', () => {
  const value = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>;
  const object = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(value, fc.array(fc.dictionary(fc.constantFrom('x', 'y'), value))));
  fc.assert(
    fc.property(object, object, fc.constantFrom(0, 1), (from, to, indent) => {
      const target: JsonObject = JSON.parse(JSON.stringify(to));
      expect(JSON.parse(edited(JSON.stringify(from, null, indent), () => target))).toStrictEqual(target);
    }),
    { numRuns: 500 },
  );
});
