import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from './is-object.ts';

const COMBINATORS = ['allOf', 'anyOf', 'oneOf'] as const;
/** What OpenAI refuses at the top of a function's schema, besides combinators. */
const REFUSED = ['enum', 'const', 'not'];
const LOCAL_REFERENCE = /^#\/(\$defs|definitions)\/(.*)$/su;
const DEPTH_MAX = 32;

/** The root schema, and the references and depth of the way down. */
interface Way {
  readonly root: JsonObject;
  readonly seen: readonly string[];
  readonly depth: number;
}

/**
 * A function's schema without combinators at its top, which OpenAI's validator refuses: the properties of all branches are merged into one object.
 *
 * out:    the same object where nothing had to change, or where a branch cannot be merged (no object, a remote or circular reference), so that
 *         the provider's own refusal tells why. Required are the members that all branches require, or for `allOf` those that any does.
 * source: LiteLLM 1.106.2, litellm_core_utils/prompt_templates/common_utils.py `flatten_top_level_schema_combinators`, read
 *         2026-11-27.
 */
export function toFlatSchema(schema: JsonObject): JsonObject {
  return flatten(schema, { root: schema, seen: [], depth: 0 });
}

function flatten(schema: JsonObject, way: Way): JsonObject {
  const dropped = [...COMBINATORS.filter((name) => Array.isArray(schema[name])), ...REFUSED.filter((name) => name in schema)];
  if (dropped.length === 0) return schema;
  const required = new Set(requiredBy(schema));
  const branches: JsonObject[] = [];
  for (const name of COMBINATORS) {
    const group = branchesOf(schema[name], way);
    if (group === undefined) return schema;
    for (const property of requiredByAll(name, group)) required.add(property);
    branches.push(...group);
  }
  const isPlain = isObjectSchema(schema) || (!('type' in schema) && branches.length > 0 && branches.every(isObjectSchema));
  if (!isPlain) return schema;
  const kept = Object.entries(schema).filter(([name]) => !dropped.includes(name));
  const properties = Object.fromEntries([...branches.toReversed(), schema].flatMap((source) => Object.entries(propertiesOf(source))));
  return { ...Object.fromEntries(kept), type: 'object', properties, ...(required.size > 0 && { required: [...required].toSorted() }) };
}

/** The flattened branches; undefined where one of them cannot be flattened. */
function branchesOf(group: JsonValue | undefined, way: Way): readonly JsonObject[] | undefined {
  if (!Array.isArray(group)) return [];
  const list: readonly JsonValue[] = group;
  const flat: JsonObject[] = [];
  for (const branch of list) {
    const merged = toBranch(branch, { ...way, depth: way.depth + 1 });
    if (merged === undefined) return undefined;
    flat.push(merged);
  }
  return flat;
}

function toBranch(branch: JsonValue, way: Way): JsonObject | undefined {
  if (!isObject(branch) || way.depth > DEPTH_MAX) return undefined;
  const { $ref: reference } = branch;
  if (typeof reference !== 'string') {
    const flat = flatten(branch, way);
    return COMBINATORS.some((name) => name in flat) ? undefined : flat;
  }
  const [, container = '', name = ''] = LOCAL_REFERENCE.exec(reference) ?? [];
  const definitions = way.root[container];
  const target = isObject(definitions) ? definitions[name] : undefined;
  if (target === undefined || way.seen.includes(reference)) return undefined;
  return toBranch(target, { ...way, seen: [...way.seen, reference], depth: way.depth + 1 });
}

function isObjectSchema(schema: JsonObject): boolean {
  return schema['type'] === 'object' || (!('type' in schema) && 'properties' in schema);
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return isObject(properties) ? properties : {};
}

function requiredBy({ required }: JsonObject): readonly string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

function requiredByAll(combinator: string, [first, ...others]: readonly JsonObject[]): readonly string[] {
  if (first === undefined) return [];
  if (combinator === 'allOf') return [first, ...others].flatMap(requiredBy);
  return requiredBy(first).filter((name) => others.every((branch) => requiredBy(branch).includes(name)));
}
