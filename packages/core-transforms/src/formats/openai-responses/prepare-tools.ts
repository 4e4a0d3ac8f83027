import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';

/**
 * Chat's tools and web search → the responses API's flat tools.
 *
 * out: undefined if there are none. As in the reference, absent members of a function are null.
 */
export function prepareTools(tools: JsonValue | undefined, search: JsonValue | undefined): readonly JsonObject[] | undefined {
  const flat = objectsIn(tools).map(toFlatTool);
  const searches = search === undefined || search === null ? [] : [{ type: 'web_search', ...(isObject(search) && search) }];
  const all = [...flat, ...searches];
  return all.length === 0 ? undefined : all;
}

/** Chat's `tool_choice` → this API's, with the name beside the type. */
export function prepareToolChoice(choice: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(choice)) return choice;
  const { type } = choice;
  if (type === 'auto' || type === 'none' || type === 'required') return type;
  if (type !== 'function' && type !== 'custom') return choice;
  const inner = choice[type];
  const name = choice['name'] ?? (isObject(inner) ? inner['name'] : undefined);
  return typeof name === 'string' && name !== '' ? { type, name } : choice;
}

function toFlatTool(tool: JsonObject): JsonObject {
  const { type, function: definition, custom } = tool;
  if (type === 'function' && isObject(definition)) {
    const { name = null, parameters = null, strict = null, description = null } = definition;
    return { name, parameters, strict, type, description };
  }
  if (type !== 'custom' || !isObject(custom)) return tool;
  const { name = '', description, format } = custom;
  return { type, name, ...(description !== undefined && { description }), ...(isObject(format) && { format: toFlatFormat(format) }) };
}

/** A custom tool's format. Chat nests a grammar, the responses API does not. */
function toFlatFormat(format: JsonObject): JsonObject {
  const { grammar, ...rest } = format;
  return isObject(grammar) ? { ...rest, ...grammar } : format;
}
