import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { mapList } from '../anthropic-messages/fit-host.ts';
import { isArray } from '../anthropic-messages/types.ts';

const SEARCH_BY_RANK = 'tool_search_tool_bm25_20251119';
const SEARCH_BY_PATTERN = 'tool_search_tool_regex_20251119';
const SEARCH_HERE = 'tool_search_tool_regex';

/** Keywords of a schema whose value is one schema, a schema per name, or a list of schemas. */
const ONE: readonly string[] = ['items', 'additionalProperties'];
const LISTS: readonly string[] = ['allOf', 'anyOf', 'oneOf'];

/**
 * Tools as InvokeModel accepts them: without Claude Code's `custom` (its `defer_loading` moves to the tool), without
 * `eager_input_streaming`, and with `object` in place of a schema's type `custom`. The same list if nothing has to change.
 *
 * source: LiteLLM 1.106.2, llms/bedrock/common_utils.py `normalize_custom_field_on_tools` and its neighbours, read 2026-11-27.
 */
export function fitTools(tools: JsonArray): JsonArray {
  return mapList(tools, (tool) => (isObject(tool) ? fitTool(tool) : tool));
}

/** Renames a chat request's tool-search tools: Bedrock has only one, with a name of its own. */
export function renameSearches(tools: JsonArray): JsonArray {
  const known = tools.filter((tool) => !isObject(tool) || tool['type'] !== SEARCH_BY_RANK);
  return known.map((tool) => {
    if (!isObject(tool) || tool['type'] !== SEARCH_BY_PATTERN) return tool;
    return { ...tool, type: SEARCH_HERE, name: tool['name'] ?? SEARCH_HERE };
  });
}

/** Gives every tool a name, which the provider requires. */
export function nameTools(tools: JsonArray): JsonArray {
  const named = tools.map((tool, index) => {
    if (!isObject(tool)) return tool;
    const { name } = tool;
    const isNamed = typeof name === 'string' ? name.trim() !== '' : name !== undefined && name !== null;
    return isNamed ? tool : { ...tool, name: `litellm_unnamed_tool_${index}` };
  });
  return named.every((tool, index) => tool === tools[index]) ? tools : named;
}

function fitTool(tool: JsonObject): JsonObject {
  const { custom, eager_input_streaming: eager, input_schema: schema, ...rest } = tool;
  const fitted = isObject(schema) ? fitSchema(schema) : schema;
  if (custom === undefined && eager === undefined && fitted === schema) return tool;
  const deferred = isObject(custom) && rest['defer_loading'] === undefined ? custom['defer_loading'] : undefined;
  return {
    ...rest,
    ...(schema !== undefined && { input_schema: fitted }),
    ...(typeof deferred === 'boolean' && { defer_loading: deferred }),
  };
}

function fitSchema(schema: JsonObject): JsonObject {
  const changed: Record<string, JsonValue> = {};
  if (schema['type'] === 'custom') changed['type'] = 'object';
  for (const word of ONE) {
    const inner = schema[word];
    if (isObject(inner)) changed[word] = fitSchema(inner);
  }
  const { properties } = schema;
  if (isObject(properties)) {
    const entries = Object.entries(properties).map(([name, inner]) => [name, isObject(inner) ? fitSchema(inner) : inner] as const);
    if (entries.some(([name, inner]) => inner !== properties[name])) changed['properties'] = Object.fromEntries(entries);
  }
  for (const word of LISTS) {
    const list = schema[word];
    if (isArray(list)) changed[word] = mapList(list, (inner) => (isObject(inner) ? fitSchema(inner) : inner));
  }
  return Object.entries(changed).some(([word, value]) => value !== schema[word]) ? { ...schema, ...changed } : schema;
}
