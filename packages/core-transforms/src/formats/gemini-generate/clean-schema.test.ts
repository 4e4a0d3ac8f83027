import { expect, test } from 'vitest';
import { deepFreeze } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import { ok } from '../../contract/outcome.ts';
import { cleanSchema, withOrder, withoutClosing, withoutStrict } from './clean-schema.ts';

const TEXT = { type: 'string' };

function object(properties: JsonObject): JsonObject {
  return { type: 'object', properties };
}

const CLEANED: readonly [string, JsonObject, JsonObject][] = [
  ['members nobody knows go', { ...TEXT, $id: 'x', additionalProperties: false, format: 'uuid' }, TEXT],
  ['a format that is known stays', { ...TEXT, format: 'date-time' }, { ...TEXT, format: 'date-time' }],
  [
    'references are resolved',
    { ...object({ a: { $ref: '#/$defs/A' } }), $defs: { A: object({ b: TEXT }) } },
    object({ a: object({ b: TEXT }) }),
  ],
  ['null becomes a flag', object({ a: { anyOf: [TEXT, { type: 'null' }] } }), object({ a: { anyOf: [{ ...TEXT, nullable: true }] } })],
  ['several types become a choice', object({ a: { type: ['string', 'integer'] } }), object({ a: { anyOf: [TEXT, { type: 'integer' }] } })],
  ['one type in a list is that type', object({ a: { type: ['string'] } }), object({ a: TEXT })],
  [
    'of several types the container keeps what is its own',
    object({ a: { type: ['array', 'string'], items: TEXT } }),
    object({ a: { anyOf: [{ type: 'array', items: TEXT }, TEXT] } }),
  ],
  [
    'what describes a choice is said of each of its members',
    object({ a: { anyOf: [TEXT, { type: 'integer' }], description: 'd', default: 1 } }),
    object({
      a: {
        anyOf: [
          { ...TEXT, description: 'd' },
          { type: 'integer', description: 'd' },
        ],
      },
    }),
  ],
  ['only texts are enumerated', object({ a: { type: 'integer', enum: [1] } }), object({ a: { type: 'integer' } })],
  ['an empty text is no choice', object({ a: { ...TEXT, enum: ['', 'b'] } }), object({ a: { ...TEXT, enum: [null, 'b'] } })],
  ['an array says what it holds', object({ a: { type: 'array' } }), object({ a: { type: 'array', items: { type: 'object' } } })],
  ['what has no type is an object', object({ a: { description: 'd' } }), object({ a: { description: 'd', type: 'object' } })],
  ['an object without properties says nothing of them', { ...object({}), required: [] }, { type: 'object' }],
];

test.each(CLEANED)('%s', (_name, schema, cleaned) => {
  expect(cleanSchema(deepFreeze(schema))).toEqual(ok(cleaned));
});

test('a choice of nothing but null is refused', () => {
  expect(cleanSchema(object({ a: { anyOf: [{ type: 'null' }] } }))).toMatchObject({ ok: false, error: { kind: 'bad-request' } });
});

test('a definition that holds itself does not grow without end', () => {
  const schema = { ...object({ a: { $ref: '#/$defs/A' } }), $defs: { A: object({ a: { $ref: '#/$defs/A' } }) } };
  expect(cleanSchema(schema)).toBeDefined();
});

test('`strict` and closings go, but not properties of that name', () => {
  const schema = { strict: true, additionalProperties: false, ...object({ strict: { ...TEXT, strict: true }, b: [TEXT] }) };
  expect(withoutClosing(withoutStrict(deepFreeze(schema)))).toEqual(object({ strict: TEXT, b: [TEXT] }));
});

test('members come in the order they are written in, unless a schema says another', () => {
  const other = { ...object({ b: TEXT }), propertyOrdering: ['x'] };
  expect(withOrder(deepFreeze(object({ b: TEXT, a: { type: 'array', items: object({ d: TEXT, c: TEXT }) }, o: other })))).toEqual({
    ...object({ b: TEXT, a: { type: 'array', items: { ...object({ d: TEXT, c: TEXT }), propertyOrdering: ['d', 'c'] } }, o: other }),
    propertyOrdering: ['b', 'a', 'o'],
  });
});
