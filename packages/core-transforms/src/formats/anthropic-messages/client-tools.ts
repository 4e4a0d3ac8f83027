import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { sha256Hex } from '../../text/sha256.ts';
import { cacheMark } from './client-parts.ts';
import { isArray, readString } from './types.ts';

/** OpenAI's limit for a function's name; Anthropic's is higher. */
const NAME_CHARACTERS_MAX = 64;
const HASH_CHARACTERS = 8;

/** Tools that Anthropic runs itself; they are passed on unchanged, for providers that accept them. */
const HOSTED = /^(?:web_search|bash|text_editor|code_execution|web_fetch|memory|tool_search_tool)/u;

/** Members of a tool with a translation of their own; others are added to the parameters' schema. */
const MAPPED: ReadonlySet<string> = new Set([
  'name',
  'input_schema',
  'description',
  'cache_control',
  'strict',
  'type',
  'eager_input_streaming',
]);

/** Shortens a long tool name as the reference does: its beginning, and a hash that keeps names with the same beginning apart. */
export function shortenToolName(name: string): string {
  if (name.length <= NAME_CHARACTERS_MAX) return name;
  return `${name.slice(0, NAME_CHARACTERS_MAX - HASH_CHARACTERS - 1)}_${sha256Hex(name).slice(0, HASH_CHARACTERS)}`;
}

/** Shortened name → the client's own, for the tools of a request whose names were too long. */
export function longToolNames(request: JsonObject): ReadonlyMap<string, string> {
  if (!isArray(request['tools'])) return NO_NAMES;
  const names = request['tools'].flatMap((tool) => (isObject(tool) ? (readString(tool, 'name') ?? []) : []));
  return new Map(names.filter((name) => name.length > NAME_CHARACTERS_MAX).map((name) => [shortenToolName(name), name]));
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

/**
 * `tools` → the chat request's `tools` and `web_search_options`.
 *
 * out: hosted tools and tools of other dialects unchanged, web search as an option, the rest as functions.
 */
export function toChatTools(tools: JsonValue | undefined, takesCache: boolean): JsonObject {
  const given = isArray(tools) ? tools.filter(isObject) : [];
  const regular = given.filter((tool) => !isWebSearch(tool));
  return {
    ...(regular.length < given.length && { web_search_options: {} }),
    ...(regular.length > 0 && { tools: regular.map((tool, index) => toChatTool(tool, index, takesCache)) }),
  };
}

/**
 * `tool_choice` → the chat request's.
 *
 * errors: `bad-request` for an unknown type.
 */
export function toChatToolChoice(choice: JsonValue | undefined): Outcome<JsonValue | undefined> {
  if (choice === undefined || choice === null) return ok(undefined);
  const type = isObject(choice) ? choice['type'] : undefined;
  if (type === 'any') return ok('required');
  if (type === 'auto' || type === 'none') return ok(type);
  if (!isObject(choice) || type !== 'tool') {
    const message = `Incompatible tool choice param submitted - ${JSON.stringify(choice)}`;
    return fail({ kind: 'bad-request', path: 'tool_choice', message });
  }
  return ok({ type: 'function', function: { name: shortenToolName(readString(choice, 'name') ?? '') } });
}

function isWebSearch(tool: JsonObject): boolean {
  return readString(tool, 'type')?.startsWith('web_search') === true || (tool['name'] === 'web_search' && !('input_schema' in tool));
}

function toChatTool(tool: JsonObject, index: number, takesCache: boolean): JsonObject {
  if (HOSTED.test(readString(tool, 'type') ?? '') || isForeignTool(tool)) return tool;
  const name = readString(tool, 'name') ?? '';
  const { input_schema: schema, description, strict, eager_input_streaming: eager } = tool;
  const extras = Object.entries(tool).filter(([member]) => !MAPPED.has(member));
  const parameters = extras.length === 0 ? schema : { ...(isObject(schema) && schema), ...Object.fromEntries(extras) };
  return {
    type: 'function',
    function: {
      name: name.trim() === '' ? `litellm_unnamed_tool_${index}` : shortenToolName(name),
      ...(parameters !== undefined && { parameters }),
      ...(description !== undefined && { description }),
      ...(strict !== undefined && { strict: Boolean(strict) }),
    },
    ...(typeof eager === 'boolean' && { eager_input_streaming: eager }),
    ...cacheMark(tool, takesCache),
  };
}

/** Whether a tool is in OpenAI's shape, or in a provider's own (`{ "googleSearch": {} }`). */
function isForeignTool(tool: JsonObject): boolean {
  if (tool['type'] === 'function' && 'function' in tool) return true;
  const members = Object.entries(tool);
  const [only] = members;
  return members.length === 1 && only !== undefined && !MAPPED.has(only[0]) && isObject(only[1]);
}
