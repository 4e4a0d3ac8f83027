import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';

/** Tools that run at OpenAI and that chat does not have. */
const LEFT_OUT: ReadonlySet<JsonValue | undefined> = new Set(['computer_use', 'image_generation', 'local_shell', 'shell', 'tool_search']);

/** Members beside a function that some providers use. */
const BESIDE_FUNCTION = ['cache_control', 'defer_loading', 'allowed_callers', 'input_examples'];

/** A call's tools in chat's shape. */
export interface ChatTools {
  readonly tools: readonly JsonObject[];
  /** In chat a web search is not a tool but an option of the call. */
  readonly webSearchOptions: JsonObject | undefined;
}

/**
 * A responses call's tools → chat's.
 *
 * out:    functions, their parameters with a type; custom tools as functions with one text; the tools of a namespace with qualified names;
 *         unknown ones unchanged.
 * source: LiteLLM 1.106.2, responses/litellm_completion_transformation/transformation.py, read 2026-11-23.
 */
export function toChatTools(tools: readonly JsonObject[]): ChatTools {
  const searches = tools.filter((tool) => isSearch(tool));
  const search = searches.at(-1);
  return {
    tools: tools.flatMap(toChatTool),
    webSearchOptions: search === undefined ? undefined : toSearchOptions(search),
  };
}

/** Names of custom tools, at the top level or inside a namespace, whose calls are shown as `custom_tool_call`. */
export function customToolNames(tools: JsonValue | undefined): ReadonlySet<string> {
  const all = objectsIn(tools).flatMap((tool) => [tool, ...nestedTools(tool)]);
  return new Set(all.filter((tool) => tool['type'] === 'custom').map(nameOf));
}

/**
 * Names by which functions of a namespace may be called → the namespace and the name in it. A name without its namespace is included if it
 * is unambiguous.
 */
export function namespacedNames(tools: JsonValue | undefined): ReadonlyMap<string, { readonly namespace: string; readonly name: string }> {
  const given = objectsIn(tools);
  const plain = new Set(given.filter((tool) => tool['type'] === 'function').map(nameOf));
  const entries = given.flatMap((tool) =>
    nestedTools(tool)
      .filter((inner) => inner['type'] === 'function')
      .map((inner) => ({ namespace: nameOf(tool), name: nameOf(inner) })),
  );
  const isOnlyOne = (name: string): boolean => !plain.has(name) && entries.filter((entry) => entry.name === name).length === 1;
  return new Map([
    ...entries.map((entry) => [`${entry.namespace}__${entry.name}`, entry] as const),
    ...entries.filter(({ name }) => isOnlyOne(name)).map((entry) => [entry.name, entry] as const),
  ]);
}

/**
 * `tool_choice` → chat's.
 *
 * in: a string, or an object in this API's, chat's or Cursor's shape.
 */
export function toChatToolChoice(choice: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(choice)) return choice ?? undefined;
  const { type, name, function: named, custom } = choice;
  if (isObject(named) && typeof named['name'] === 'string' && named['name'] !== '') return choice;
  switch (type) {
    case 'auto':
    case 'none':
      return type;
    case 'required':
    case 'tool':
    case 'any':
      return 'required';
    case 'function':
    case 'custom': {
      const chosen = typeof name === 'string' && name !== '' ? name : isObject(custom) ? custom['name'] : undefined;
      return typeof chosen === 'string' && chosen !== '' ? { type: 'function', function: { name: chosen } } : 'required';
    }
    default:
      return choice;
  }
}

function isSearch({ type }: JsonObject): boolean {
  return type === 'web_search_preview' || type === 'web_search';
}

function toSearchOptions({ search_context_size: size, user_location: location }: JsonObject): JsonObject {
  return { search_context_size: size ?? null, user_location: location ?? null };
}

function toChatTool(tool: JsonObject): readonly JsonObject[] {
  const { type } = tool;
  if (isSearch(tool) || LEFT_OUT.has(type)) return [];
  if (type === 'function') return [toFunction(tool)];
  if (type === 'custom') return [toCustomFunction(tool, textOf(tool['description']))];
  return type === 'namespace' ? toNamespaceFunctions(tool) : [tool];
}

function toFunction(tool: JsonObject): JsonObject {
  const { name, description, parameters, strict, eager_input_streaming: eager } = tool;
  const beside = BESIDE_FUNCTION.flatMap((member) => (isTrue(tool[member]) ? [[member, tool[member]] as const] : []));
  return {
    type: 'function',
    function: { name: textOf(name), description: textOf(description), parameters: withType(parameters), strict: strict ?? false },
    ...Object.fromEntries(beside),
    ...(eager !== undefined && eager !== null && { eager_input_streaming: eager }),
  };
}

function toCustomFunction(tool: JsonObject, description: string): JsonObject {
  const name = nameOf(tool);
  const { format, allowed_callers: callers } = tool;
  const grammar =
    isObject(format) && textOf(format['definition']) !== ''
      ? `\n\nFormat:\n\`\`\`${textOf(format['syntax'])}\n${textOf(format['definition'])}\n\`\`\``
      : '';
  const content = { type: 'string', description: `The ${name} content following the specified format` };
  return {
    type: 'function',
    function: { name, description: description + grammar, parameters: { type: 'object', properties: { content }, required: ['content'] } },
    ...(Array.isArray(callers) && { allowed_callers: callers }),
  };
}

function toNamespaceFunctions(tool: JsonObject): readonly JsonObject[] {
  if (!Array.isArray(tool['tools'])) return [toPlainFunction(tool, nameOf(tool), textOf(tool['description']))];
  const about = textOf(tool['description']);
  return nestedTools(tool).flatMap((inner) => {
    const own = textOf(inner['description']);
    const description = about !== '' && own !== '' ? `${about}\n\n${own}` : about || own;
    if (inner['type'] === 'custom') return [toCustomFunction(inner, description)];
    return inner['type'] === 'function' ? [toPlainFunction(inner, `${nameOf(tool)}__${nameOf(inner)}`, description)] : [];
  });
}

function toPlainFunction({ parameters, strict, allowed_callers: callers }: JsonObject, name: string, description: string): JsonObject {
  return {
    type: 'function',
    function: { name, description, parameters: withType(parameters), strict: isTrue(strict) },
    ...(Array.isArray(callers) && { allowed_callers: callers }),
  };
}

function nestedTools(tool: JsonObject): readonly JsonObject[] {
  return tool['type'] === 'namespace' ? objectsIn(tool['tools']) : [];
}

function nameOf({ name }: JsonObject): string {
  return textOf(name);
}

function withType(parameters: JsonValue | undefined): JsonObject {
  if (!isObject(parameters)) return { type: 'object' };
  return 'type' in parameters ? parameters : { ...parameters, type: 'object' };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function isTrue(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0;
}
