import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { inlineReferences } from '../anthropic-messages/json-schema.ts';
import { isArray, objectIn } from './types.ts';

/** Members of a schema that the provider accepts; it refuses others. Source: LiteLLM 1.106.2, types/llms/vertex_ai.py `Schema`. */
const KNOWN: ReadonlySet<string> = new Set(
  (
    'type format title description nullable default items minItems maxItems enum properties propertyOrdering required ' +
    'minProperties maxProperties minimum maximum minLength maxLength pattern example anyOf'
  ).split(' '),
);

const KNOWN_FORMATS: ReadonlySet<JsonValue | undefined> = new Set(['enum', 'date-time']);

/** Members that belong to an object or an array, and stay with that type if a schema with several types is split. */
const OF_CONTAINERS: readonly string[] = [
  'properties',
  'required',
  'additionalProperties',
  'items',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
];

const NAMED = ['properties', 'items'];
const NAMED_OR_ANY = ['properties', 'items', 'anyOf'];
const ALL = ['properties', 'items', 'anyOf', 'oneOf', 'allOf'];

/**
 * A JSON schema → the OpenAPI schema that the provider accepts: references resolved, several types as `anyOf`, null as `nullable`, types
 * added where the provider requires them, unknown members removed.
 *
 * errors: `bad-request` for a choice of only null, and for definitions that grow too large.
 * source: LiteLLM 1.106.2, vertex_ai/common_utils.py `build_vertex_schema`, read 2026-11-26.
 */
export function cleanSchema(schema: JsonObject): Outcome<JsonObject> {
  const { $defs, ...rest } = schema;
  const inlined = inlineReferences(rest, { ...(isObject($defs) ? $defs : {}), ...objectIn(schema, 'definitions') });
  if (!inlined.ok) return inlined;
  const whole = isObject(inlined.value) ? inlined.value : rest;
  if (holdsOnlyNull(whole)) {
    const message = 'Invalid input: AnyOf schema with only null type is not supported. Please provide a non-null type.';
    return fail({ kind: 'bad-request', path: '', message });
  }
  const passes: readonly [readonly string[], Fix][] = [
    [NAMED, nullAsNullable],
    [NAMED_OR_ANY, typesAsChoice],
    [NAMED, emptyAsNull],
    [NAMED_OR_ANY, enumOfText],
    [ALL, withItems],
    [ALL, withObjectType],
    [NAMED_OR_ANY, knownMembers],
  ];
  return ok(passes.reduce((current, [members, fix]) => deep(current, members, fix), whole));
}

/** Adds the order of an answer's members: the schema's own, which the provider would not keep. */
export function withOrder(schema: JsonObject): JsonObject {
  return deep(schema, NAMED, (node) => {
    if (!isObject(node['properties']) || node['propertyOrdering'] !== undefined) return node;
    return { ...node, propertyOrdering: Object.keys(node['properties']) };
  });
}

/** Removes OpenAI's `strict` from a schema, except where it is the name of a property. */
export function withoutStrict(schema: JsonValue, isNames = false): JsonValue {
  if (isArray(schema)) return schema.map((item) => withoutStrict(item));
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([name]) => isNames || name !== 'strict');
  return Object.fromEntries(
    kept.map(([name, value]) => [name, value === undefined ? undefined : withoutStrict(value, !isNames && HOLDS_NAMES.has(name))]),
  );
}

/** Removes `additionalProperties: false`, which older models do not accept. */
export function withoutClosing(schema: JsonValue): JsonValue {
  if (isArray(schema)) return schema.map(withoutClosing);
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([name, value]) => name !== 'additionalProperties' || value !== false);
  return Object.fromEntries(kept.map(([name, value]) => [name, value === undefined ? undefined : withoutClosing(value)]));
}

/** Members whose keys are names chosen by the client. */
const HOLDS_NAMES: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions', 'patternProperties']);

type Fix = (node: JsonObject) => JsonObject;

/** Applies a fix to a schema, then to the schemas in the named members. */
function deep(schema: JsonObject, members: readonly string[], fix: Fix): JsonObject {
  const fixed = fix(schema);
  const changed = members.flatMap((name): readonly (readonly [string, JsonValue])[] => {
    const value = fixed[name];
    const inner = value === undefined ? undefined : inside(name, value, (node) => deep(node, members, fix));
    return inner === undefined ? [] : [[name, inner]];
  });
  return changed.length === 0 ? fixed : { ...fixed, ...Object.fromEntries(changed) };
}

function inside(name: string, value: JsonValue, visit: Fix): JsonValue | undefined {
  if (isArray(value)) return name === 'properties' ? undefined : value.map((node) => (isObject(node) ? visit(node) : node));
  if (!isObject(value)) return undefined;
  if (name !== 'properties') return visit(value);
  return Object.fromEntries(Object.entries(value).map(([key, node]) => [key, isObject(node) ? visit(node) : node]));
}

function isNull(node: JsonValue): boolean {
  return isObject(node) && node['type'] === 'null';
}

function holdsOnlyNull(schema: JsonObject): boolean {
  const { anyOf: choices, properties, items } = schema;
  if (isArray(choices) && choices.every(isNull)) return true;
  const inner = [...(isObject(properties) ? Object.values(properties) : []), items];
  return inner.some((node) => isObject(node) && holdsOnlyNull(node));
}

function nullAsNullable(node: JsonObject): JsonObject {
  const { anyOf: choices } = node;
  if (!isArray(choices)) return node;
  const hasNull = choices.some(isNull);
  const rest = choices.filter((choice) => !isNull(choice));
  return {
    ...node,
    anyOf: rest.map((choice) => {
      if (!isObject(choice)) return choice;
      const typed = Object.keys(choice).length === 0 ? { type: 'object' } : choice;
      return hasNull ? { ...typed, nullable: true } : typed;
    }),
  };
}

function typesAsChoice(node: JsonObject): JsonObject {
  const { type, ...rest } = node;
  if (!isArray(type)) return node;
  if (type.length <= 1) return type[0] === undefined ? node : { ...rest, type: type[0] };
  const types = type.filter((name) => typeof name === 'string');
  const own = Object.fromEntries(OF_CONTAINERS.filter((name) => node[name] !== undefined).map((name) => [name, node[name]]));
  const others = types.some(isContainer)
    ? Object.fromEntries(Object.entries(rest).filter(([name]) => !OF_CONTAINERS.includes(name)))
    : rest;
  return { ...others, anyOf: types.map((name) => ({ type: name, ...(isContainer(name) && own) })) };
}

function emptyAsNull(node: JsonObject): JsonObject {
  const { enum: values } = node;
  return isArray(values) && values.includes('') ? { ...node, enum: values.map((value) => (value === '' ? null : value)) } : node;
}

function isContainer(name: string): boolean {
  return name === 'object' || name === 'array';
}

/** Removes `enum` from schemas that are not of type string: the provider only enumerates strings. */
function enumOfText(node: JsonObject): JsonObject {
  const { enum: values, anyOf: choices, ...rest } = node;
  if (!isArray(values) || isText(node) || (isArray(choices) && choices.some(isText))) return node;
  return choices === undefined ? rest : { ...rest, anyOf: choices };
}

function isText(node: JsonValue): boolean {
  return isObject(node) && typeof node['type'] === 'string' && node['type'].toLowerCase() === 'string';
}

function withItems(node: JsonObject): JsonObject {
  const { type, items } = node;
  const isOpen = items === undefined || (isObject(items) && Object.keys(items).length === 0);
  return typeof type === 'string' && type.toLowerCase() === 'array' && isOpen ? { ...node, items: { type: 'object' } } : node;
}

function withObjectType(node: JsonObject): JsonObject {
  const { properties, required, ...rest } = node;
  const isOpen = ['type', 'anyOf', 'oneOf', 'allOf'].every((name) => node[name] === undefined);
  if (!isObject(properties)) return isOpen ? { ...node, type: 'object' } : node;
  if (Object.keys(properties).length === 0) return { ...rest, type: 'object' };
  return { ...rest, properties, ...(required !== null && required !== undefined && { required }), type: 'object' };
}

/** Keeps known members. Beside `anyOf` no other may be present: a description is moved into each alternative. */
function knownMembers(node: JsonObject): JsonObject {
  const { anyOf: choices, title, description } = node;
  if (isArray(choices) && choices.length > 0) {
    const said = { ...(isSaying(title) && { title }), ...(isSaying(description) && { description }) };
    return { anyOf: choices.every(isObject) ? choices.map((choice) => ({ ...choice, ...said })) : choices };
  }
  return Object.fromEntries(
    Object.entries(node).filter(([name, value]) => KNOWN.has(name) && (name !== 'format' || KNOWN_FORMATS.has(value))),
  );
}

function isSaying(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}
