import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { badRequest } from './errors.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { isArray } from './types.ts';

/** The most characters of inlined definitions in one schema: definitions that refer to each other many times can grow exponentially. */
const INLINED_CHARACTERS_MAX = 10_000_000;

/** The most levels of definitions inside definitions; a deeper reference is left unresolved. */
const INLINED_LEVELS_MAX = 32;

/** Members of a tool's schema that the provider accepts; it refuses others. */
const INPUT_SCHEMA_MEMBERS: ReadonlySet<string> = new Set(['type', 'properties', 'additionalProperties', 'required', '$defs', 'strict']);

/** Constraints that the provider's structured output refuses, and the note in the description that replaces each. */
const CONSTRAINT_NOTES: readonly (readonly [name: string, note: (value: string) => string])[] = [
  ['minItems', (value) => `minimum number of items: ${value}`],
  ['maxItems', (value) => `maximum number of items: ${value}`],
  ['uniqueItems', () => 'all array items must be unique'],
  ['contains', (value) => `array must contain an item matching: ${value}`],
  ['minContains', (value) => `minimum number of matching items: ${value}`],
  ['maxContains', (value) => `maximum number of matching items: ${value}`],
  ['prefixItems', (value) => `leading items must match, in order: ${value}`],
  ['minimum', (value) => `minimum value: ${value}`],
  ['maximum', (value) => `maximum value: ${value}`],
  ['exclusiveMinimum', (value) => `exclusive minimum value: ${value}`],
  ['exclusiveMaximum', (value) => `exclusive maximum value: ${value}`],
  ['multipleOf', (value) => `must be a multiple of ${value}`],
  ['minLength', (value) => `minimum length: ${value}`],
  ['maxLength', (value) => `maximum length: ${value}`],
  ['minProperties', (value) => `minimum number of properties: ${value}`],
  ['maxProperties', (value) => `maximum number of properties: ${value}`],
  ['patternProperties', (value) => `properties whose names match each pattern must satisfy: ${value}`],
  ['propertyNames', (value) => `property names must satisfy: ${value}`],
  ['dependentRequired', (value) => `dependent required properties: ${value}`],
  ['dependentSchemas', (value) => `dependent schemas: ${value}`],
  ['unevaluatedProperties', (value) => `unevaluated properties must satisfy: ${value}`],
  ['if', (value) => `conditional (if): ${value}`],
  ['then', (value) => `conditional (then): ${value}`],
  ['else', (value) => `conditional (else): ${value}`],
  ['not', (value) => `must not match: ${value}`],
];

const CONSTRAINTS: ReadonlySet<string> = new Set(CONSTRAINT_NOTES.map(([name]) => name));

const TYPE_CHECKS: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number',
  string: (value) => typeof value === 'string',
  array: isArray,
  object: isObject,
};

/**
 * A tool's `parameters` → the provider's `input_schema`: an object with definitions that it can resolve, and without members that it
 * refuses.
 *
 * errors: `bad-request` if the definitions grow beyond INLINED_CHARACTERS_MAX.
 * source: LiteLLM 1.106.2, prompt_templates/common_utils.py `sanitize_input_schema_for_anthropic`, read 2026-11-23.
 */
export function toInputSchema(parameters: JsonValue | undefined): Outcome<JsonObject> {
  const given = isObject(parameters) ? parameters : {};
  const whole: JsonObject = { ...given, type: 'object', properties: given['properties'] ?? {} };
  const inlined = inlineLegacyDefinitions(whole);
  if (!inlined.ok) return inlined;
  const entries = Object.entries(inlined.value).filter(([name, value]) => INPUT_SCHEMA_MEMBERS.has(name) && value !== undefined);
  return ok(Object.fromEntries(entries));
}

/** A response format's JSON schema → one that structured output accepts: references resolved, constraints moved into descriptions. */
export function toOutputSchema(schema: JsonObject): Outcome<JsonObject> {
  const { $defs, definitions, ...rest } = schema;
  const source = $defs === undefined ? definitions : $defs;
  const inlined = isObject(source) && Object.keys(source).length > 0 ? inlineReferences(rest, source) : ok<JsonValue>(rest);
  if (!inlined.ok) return inlined;
  return ok(isObject(inlined.value) ? withoutConstraints(inlined.value) : rest);
}

/** A response format's schema whose every `$ref` points at `/$defs/<name>`, as in the reference. */
export function repointReferences(schema: JsonValue): JsonValue {
  if (isArray(schema)) return schema.map(repointReferences);
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).map(([name, value]): [string, JsonValue | undefined] => {
    if (name === '$ref' && typeof value === 'string') return [name, `/$defs/${lastSegment(value)}`];
    return [name, value === undefined ? undefined : repointReferences(value)];
  });
  return Object.fromEntries(entries);
}

/**
 * A schema whose `definitions` and OpenAPI `components` are inlined where they are referred to.
 *
 * out:    the same object if there are none.
 * errors: as toInputSchema.
 */
export function inlineLegacyDefinitions(schema: JsonObject): Outcome<JsonObject> {
  const components = schema['components'];
  const schemas = isObject(components) ? components['schemas'] : undefined;
  if (schema['definitions'] === undefined && !isObject(schemas)) return ok(schema);
  const { definitions, components: _components, ...rest } = schema;
  const inlined = inlineReferences(rest, { ...(isObject(schemas) && schemas), ...(isObject(definitions) && definitions) });
  if (!inlined.ok) return inlined;
  return ok(isObject(inlined.value) ? inlined.value : rest);
}

/** Inlines each definition where it is referred to. A reference inside its own definition, or to nothing, stays. */
export function inlineReferences(schema: JsonObject, definitions: JsonObject): Outcome<JsonValue> {
  let budget = INLINED_CHARACTERS_MAX;
  const visit = (node: JsonValue, known: JsonObject, chain: readonly string[]): JsonValue => {
    if (budget < 0) return node;
    if (isArray(node)) return node.map((item) => visit(item, known, chain));
    if (!isObject(node)) return node;
    const reference = node['$ref'];
    if (typeof reference === 'string') {
      const name = lastSegment(reference);
      const target = known[name];
      if (!isObject(target) || chain.includes(name) || chain.length >= INLINED_LEVELS_MAX) return node;
      budget -= JSON.stringify(target).length;
      return visit(target, withLocal(known, target), [...chain, name]);
    }
    const here = withLocal(known, node);
    return Object.fromEntries(
      Object.entries(node).map(([name, value]) => [name, value === undefined ? undefined : visit(value, here, chain)]),
    );
  };
  const inlined = visit(schema, definitions, []);
  if (budget >= 0) return ok(inlined);
  return badRequest('tools', `the schema's definitions are larger than ${INLINED_CHARACTERS_MAX} characters`);
}

function withLocal(known: JsonObject, node: JsonObject): JsonObject {
  const { $defs, definitions } = node;
  if (!isObject($defs) && !isObject(definitions)) return known;
  return { ...known, ...(isObject($defs) && $defs), ...(isObject(definitions) && definitions) };
}

function withoutConstraints(schema: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = {};
  const description = describeConstraints(schema);
  if (description !== undefined) result['description'] = description;
  const dropsType = enumContradictsType(schema);
  for (const [name, value] of Object.entries(schema)) {
    if (value === undefined || CONSTRAINTS.has(name) || (name === 'type' && dropsType)) continue;
    if (name === 'description' && description !== undefined) continue;
    if ((name === 'properties' || name === '$defs') && isObject(value)) result[name] = mapMembers(value);
    else if (name === 'items' && isObject(value)) result[name] = withoutConstraints(value);
    else if (name === 'allOf' && isArray(value)) result[name] = value.map(cleanSchema);
    else if ((name === 'anyOf' || name === 'oneOf') && isArray(value)) {
      // The provider refuses `oneOf`; its own SDK writes `anyOf` instead.
      const before = result['anyOf'];
      result['anyOf'] = [...(isArray(before) ? before : []), ...value.map(cleanSchema)];
    } else result[name] = value;
  }
  if (result['type'] === 'object') result['additionalProperties'] = false;
  return result;
}

function mapMembers(schemas: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schemas).map(([name, value]) => [name, value === undefined ? undefined : cleanSchema(value)]));
}

function cleanSchema(schema: JsonValue): JsonValue {
  return isObject(schema) ? withoutConstraints(schema) : schema;
}

function describeConstraints(schema: JsonObject): string | undefined {
  const notes = CONSTRAINT_NOTES.flatMap(([name, note]) => {
    const value = schema[name];
    return value === undefined || value === false ? [] : [note(toWords(value))];
  });
  if (notes.length === 0) return undefined;
  const description = schema['description'];
  const sentence = `Note: ${notes.join(', ')}.`;
  return typeof description === 'string' && description !== '' ? `${description} ${sentence}` : sentence;
}

/** A value as the reference writes it into a sentence: JSON with Python's spacing, constants as in Python. */
function toWords(value: JsonValue): string {
  if (value === true) return 'True';
  if (value === null) return 'None';
  return typeof value === 'object' ? toPythonJson(value) : String(value);
}

function enumContradictsType(schema: JsonObject): boolean {
  const { enum: values, type } = schema;
  if (!isArray(values) || type === undefined || type === null) return false;
  if (isArray(type)) return true;
  const check = typeof type === 'string' ? TYPE_CHECKS[type] : undefined;
  return check !== undefined && !values.every((value) => check(value));
}

function lastSegment(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}
