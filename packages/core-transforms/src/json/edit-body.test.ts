import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editBody } from './edit-body.ts';
import { editMembers, type MemberEdit } from './edit-members.ts';
import { scanRawObject, type RawObject } from './raw-object.ts';

function scan(text: string): RawObject {
  const outcome = scanRawObject(new TextEncoder().encode(text));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return outcome.value;
}

function toText(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}

const toModel: MemberEdit = { name: 'model', set: 'new' };
const toWhole: MemberEdit = { name: 'stream', set: false };

test.each<[string, readonly MemberEdit[], string]>([
  ['{"model":"old","n":1.0}', [toModel], '{"model":"new","n":1.0}'],
  [' { "model" : "old" , "n" : 1.0 }\n', [toModel, toWhole], ' { "model" : "new" , "n" : 1.0,"stream":false }\n'],
  ['{"messages":[{"model":"old"}],"model":"old"}', [toModel], '{"messages":[{"model":"old"}],"model":"new"}'],
  ['{"n":1.0}', [toWhole, { name: 'm', set: {} }], '{"n":1.0,"stream":false,"m":{}}'],
  ['{"n":"{"}', [toWhole], '{"n":"{","stream":false}'],
  ['{ }', [toWhole], '{"stream":false }'],
  [
    '{"a":"x","b":"x"}',
    [
      { name: 'a', set: 'y' },
      { name: 'b', set: 'z' },
    ],
    '{"a":"y","b":"z"}',
  ],
  ['{"model":"old","n":1}', [toModel, { name: 'n', remove: true }], '{"model":"new"}'],
  ['{"model":"old","n":1,"n":2}', [toModel], '{"model":"new","n":2}'],
  [String.raw`{"a\b":"x","a\\b":"x"}`, [{ name: String.raw`a\b`, set: 'y' }], String.raw`{"a\b":"x","a\\b":"y"}`],
])('%s edited by %j', (text, edits, expected) => {
  expect(toText(editBody(scan(text), edits))).toBe(expected);
});

test('what nothing changes are the very same bytes, unless a name stands twice', () => {
  const raw = scan('{"a":1}');
  expect(editBody(raw, [])).toBe(raw.bytes);
  expect(editBody(scan('{"a":1,"b":2,"a":3}'), [])).toBe('{"b":2,"a":3}');
});

test('is what editMembers writes', () => {
  const name = fc.constantFrom('model', 'a', 'b', '"model"', 'mod\\el', 'é');
  const member = fc.oneof(fc.constantFrom<unknown>('model', 'old', '"model":"old"', '{', '}', 'o\\d'), fc.jsonValue({ maxDepth: 2 }));
  const text = fc
    .tuple(fc.array(fc.tuple(name, member), { maxLength: 5 }), fc.constantFrom('', ' ', '\n\t'))
    .map(
      ([members, space]) =>
        `{${space}${members.map(([key, value]) => `${JSON.stringify(key)}${space}:${JSON.stringify(value)}`).join(`${space},`)}${space}}`,
    );
  const edit: fc.Arbitrary<MemberEdit> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ name, set: fc.constantFrom('new', 1, null) }) },
    fc.record({ name, remove: fc.constant<true>(true) }),
  );
  fc.assert(
    fc.property(text, fc.uniqueArray(edit, { selector: (one) => one.name, maxLength: 3 }), (given, edits) => {
      fc.pre(!/"(model|stream)"[^]*"\1"\s*:/u.test(given));
      const raw = scan(given);
      expect(toText(editBody(raw, edits))).toBe(editMembers(raw, edits));
    }),
    { numRuns: 1_000 },
  );
});
