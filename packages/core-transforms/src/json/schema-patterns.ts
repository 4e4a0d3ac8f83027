import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from './is-object.ts';

/** Keywords of JSON Schema whose values are schemas, lists of them, or objects of them. Anything else is data. */
const SCHEMAS: ReadonlySet<string> = new Set([
  'additionalItems',
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const LISTS: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems']);
const MAPS: ReadonlySet<string> = new Set(['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties']);

/**
 * A schema without the regular expressions that an engine does not know. They are only hints to a model.
 *
 * in:     the schema; whether a pattern is known.
 * out:    the same object where nothing had to go. Properties that only a removed pattern allowed stay allowed.
 * source: LiteLLM 1.106.2, litellm_core_utils/prompt_templates/common_utils.py `_schema_without_rejected_regex`, read 2026-11-27.
 */
export function withoutPatterns(schema: JsonObject, isKnown: (pattern: string) => boolean): JsonObject {
  const kept: [string, JsonValue][] = [];
  const freed: JsonValue[] = [];
  let same = true;
  for (const [name, value] of Object.entries(schema)) {
    if (value === undefined) continue;
    if (name === 'pattern' && typeof value === 'string' && !isKnown(value)) {
      same = false;
      continue;
    }
    const next = withoutPatternsIn(name, value, isKnown, freed);
    same &&= next === value;
    kept.push([name, next]);
  }
  if (same) return schema;
  const cleaned: JsonObject = Object.fromEntries(kept);
  const [first = null, ...others] = freed;
  if (freed.length === 0 || cleaned['additionalProperties'] !== false) return cleaned;
  return { ...cleaned, additionalProperties: others.length === 0 ? first : { anyOf: freed } };
}

/** The value of one keyword without such patterns. `freed` collects the schemas of removed `patternProperties`. */
function withoutPatternsIn(name: string, value: JsonValue, isKnown: (pattern: string) => boolean, freed: JsonValue[]): JsonValue {
  if (Array.isArray(value)) {
    if (!LISTS.has(name)) return value;
    const list: readonly JsonValue[] = value;
    const cleaned = list.map((item) => (isObject(item) ? withoutPatterns(item, isKnown) : item));
    return cleaned.every((item, index) => item === list[index]) ? value : cleaned;
  }
  if (!isObject(value)) return value;
  if (!MAPS.has(name)) return SCHEMAS.has(name) ? withoutPatterns(value, isKnown) : value;
  const members = Object.entries(value).map(
    ([key, member]) => [key, isObject(member) ? withoutPatterns(member, isKnown) : member] as const,
  );
  const isLost = (key: string): boolean => name === 'patternProperties' && !isKnown(key);
  for (const [key, member] of members) if (isLost(key) && member !== undefined) freed.push(member);
  const kept = members.filter(([key]) => !isLost(key));
  return kept.length === members.length && kept.every(([key, member]) => member === value[key]) ? value : Object.fromEntries(kept);
}
