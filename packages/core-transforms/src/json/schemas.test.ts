import { expect, test } from 'vitest';
import { deepFreeze } from '../../test/make-plan.ts';
import type { JsonObject } from '../contract/json.ts';
import { toFlatSchema } from './flat-schema.ts';
import { withoutPatterns } from './schema-patterns.ts';

const knows = (pattern: string): boolean => !pattern.includes('!');
const A = { type: 'object', properties: { a: { type: 'string' } }, required: ['a', 'x'] };
const B = { type: 'object', properties: { a: { type: 'number' }, b: {} }, required: ['b', 'x'] };

const PATTERNS: readonly [string, JsonObject, JsonObject][] = [
  ['one that is not known', { pattern: '!' }, {}],
  ['one that is', { pattern: 'a' }, { pattern: 'a' }],
  [
    'anywhere in schemas',
    { properties: { a: { items: [{ anyOf: [{ pattern: '!' }] }] } } },
    { properties: { a: { items: [{ anyOf: [{}] }] } } },
  ],
  ['data', { default: { pattern: '!' }, enum: [{ pattern: '!' }] }, { default: { pattern: '!' }, enum: [{ pattern: '!' }] }],
  ['a property of that name', { properties: { pattern: { type: 'string' } } }, { properties: { pattern: { type: 'string' } } }],
  ['names of properties', { patternProperties: { '!': {}, a: {} } }, { patternProperties: { a: {} } }],
  [
    'names in an object that is closed',
    { patternProperties: { '!': { type: 'string' } }, additionalProperties: false },
    { patternProperties: {}, additionalProperties: { type: 'string' } },
  ],
  [
    'several of them',
    { patternProperties: { '!': { a: 1 }, '!!': { b: 1 } }, additionalProperties: false },
    { patternProperties: {}, additionalProperties: { anyOf: [{ a: 1 }, { b: 1 }] } },
  ],
];

test.each(PATTERNS)('patterns: %s', (_name, schema, expected) => {
  const cleaned = withoutPatterns(deepFreeze(schema), knows);
  expect(cleaned).toStrictEqual(expected);
  if (JSON.stringify(schema) === JSON.stringify(expected)) expect(cleaned).toBe(schema);
});

const FLAT: readonly [string, JsonObject, JsonObject][] = [
  ['nothing to do', A, A],
  ['anyOf', { anyOf: [A, B] }, { type: 'object', properties: { ...B.properties, ...A.properties }, required: ['x'] }],
  ['allOf', { allOf: [A, B] }, { type: 'object', properties: { ...B.properties, ...A.properties }, required: ['a', 'b', 'x'] }],
  [
    'its own properties win',
    { ...B, oneOf: [A] },
    { type: 'object', properties: { ...A.properties, ...B.properties }, required: ['a', 'b', 'x'] },
  ],
  [
    'references',
    { $defs: { A }, anyOf: [{ $ref: '#/$defs/A' }] },
    { $defs: { A }, type: 'object', properties: A.properties, required: ['a', 'x'] },
  ],
  ['combinators in branches', { anyOf: [{ anyOf: [A] }] }, { type: 'object', properties: A.properties, required: ['a', 'x'] }],
  ['what else is refused', { type: 'object', properties: {}, not: {} }, { type: 'object', properties: {} }],
];

test.each(FLAT)('flat: %s', (_name, schema, expected) => {
  expect(toFlatSchema(deepFreeze(schema))).toStrictEqual(expected);
});

test.each([
  { anyOf: [A, true] },
  { anyOf: [A, { $ref: 'https://elsewhere.test/schema' }] },
  { $defs: { A: { anyOf: [{ $ref: '#/$defs/A' }] } }, anyOf: [{ $ref: '#/$defs/A' }] },
  { anyOf: [{ type: 'string' }] },
  { type: 'string', enum: ['a'] },
])('a schema that cannot be flat stays: %j', (schema) => {
  expect(toFlatSchema(schema)).toBe(schema);
});
