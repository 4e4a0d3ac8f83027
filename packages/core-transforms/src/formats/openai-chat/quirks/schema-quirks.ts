import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { ok, type Outcome } from '../../../contract/outcome.ts';
import { toFlatSchema } from '../../../json/flat-schema.ts';
import { isObject } from '../../../json/is-object.ts';
import { withKnownPatterns } from '../../../json/known-patterns.ts';
import { inlineLegacyDefinitions as inlined } from '../../anthropic-messages/json-schema.ts';
import { isAtHome } from './home-quirks.ts';
import type { RequestQuirkFunction } from './quirk-types.ts';

/** Removes patterns that Python does not support from the tools' schemas. */
export const knownPatternsOnly: RequestQuirkFunction = (body) => ok(withSchemas(body, withKnownPatterns));

/** Merges combinators at the top of the tools' schemas. */
export const flatToolSchemas: RequestQuirkFunction = (body) => ok(withSchemas(body, toFlatSchema));

/** The same, for the provider's own hosts. */
export const flatToolSchemasAtHome: RequestQuirkFunction = (body, plan) => (isAtHome(plan) ? flatToolSchemas(body, plan) : ok(body));

/** Resolves references into `definitions` in the tools' schemas. */
export const inlineLegacyDefinitions: RequestQuirkFunction = (body) => {
  let failed: Outcome<JsonObject> | undefined;
  const changed = withSchemas(body, (schema) => {
    const next = inlined(schema);
    if (next.ok) return next.value;
    failed ??= next;
    return schema;
  });
  return failed ?? ok(changed);
};

/** The body with its tools' schemas mapped; the same body if none changed, as is usual. */
function withSchemas(body: JsonObject, change: (schema: JsonObject) => JsonObject): JsonObject {
  const { tools } = body;
  if (!Array.isArray(tools)) return body;
  const list: readonly JsonValue[] = tools;
  const changed = list.map((tool) => (isObject(tool) ? withSchema(tool, change) : tool));
  return changed.every((tool, index) => tool === list[index]) ? body : { ...body, tools: changed };
}

function withSchema(tool: JsonObject, change: (schema: JsonObject) => JsonObject): JsonObject {
  const { function: callee, input_schema: schema } = tool;
  if (!isObject(callee)) return isObject(schema) ? replaced(tool, 'input_schema', change(schema)) : tool;
  const { parameters } = callee;
  return isObject(parameters) ? replaced(tool, 'function', replaced(callee, 'parameters', change(parameters))) : tool;
}

function replaced(object: JsonObject, name: string, value: JsonObject): JsonObject {
  return value === object[name] ? object : { ...object, [name]: value };
}
