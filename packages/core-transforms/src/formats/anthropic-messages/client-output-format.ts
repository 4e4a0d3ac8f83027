import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isArray } from './types.ts';

/**
 * `output_format`, else `output_config.format` → the chat request's `response_format`.
 *
 * out: undefined unless it is a JSON schema. The schema is made strict: every object closed, every property required.
 */
export function toResponseFormat(outputFormat: JsonValue | undefined, outputConfig: JsonValue | undefined): JsonObject | undefined {
  const format = outputFormat ?? (isObject(outputConfig) ? outputConfig['format'] : undefined);
  if (!isObject(format) || format['type'] !== 'json_schema' || !isObject(format['schema'])) return undefined;
  return { type: 'json_schema', json_schema: { name: 'structured_output', schema: closeObjects(format['schema']), strict: true } };
}

function closeObjects(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  const closed: Record<string, JsonValue | undefined> = { ...schema };
  const { properties, items } = schema;
  if (schema['type'] === 'object' && isObject(properties)) {
    closed['additionalProperties'] = false;
    closed['required'] = Object.keys(properties);
    closed['properties'] = closeMembers(properties);
  }
  if (items !== undefined) closed['items'] = closeObjects(items);
  for (const name of ['anyOf', 'oneOf', 'allOf']) {
    const variants = schema[name];
    if (isArray(variants)) closed[name] = variants.map(closeObjects);
  }
  for (const name of ['$defs', 'definitions']) {
    const definitions = schema[name];
    if (isObject(definitions)) closed[name] = closeMembers(definitions);
  }
  return closed;
}

function closeMembers(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, member === undefined ? member : closeObjects(member)]));
}
