import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { badRequest } from './errors.ts';
import { toInputSchema } from './json-schema.ts';
import { isArray, readString } from './types.ts';

/** A chat request's converted tools: the provider's tools, and MCP servers that the provider is to call itself. */
export interface PreparedTools {
  readonly tools: readonly JsonObject[];
  readonly servers: readonly JsonObject[];
}

/** Prefixes of the types of tools that the provider runs or defines itself. */
const HOSTED_TYPES: readonly string[] = ['web_search', 'bash', 'text_editor', 'code_execution', 'web_fetch', 'memory', 'tool_search_tool'];

/** Types of the tool-search tools; they accept no further members. */
export const TOOL_SEARCH_TYPES: ReadonlySet<string> = new Set(['tool_search_tool_regex_20251119', 'tool_search_tool_bm25_20251119']);

const UNDEFERRABLE_TYPES: ReadonlySet<string> = new Set([...TOOL_SEARCH_TYPES, 'computer_20241022', 'computer_20250124']);

/** The type of the tool by which another model advises. */
export const ADVISOR_TYPE = 'advisor_20260301';

/** Searches per answer for each `search_context_size`. */
const SEARCH_USES_MAX: Readonly<Record<string, number>> = { low: 1, medium: 5, high: 10 };

const LOCATION_MEMBERS: readonly string[] = ['city', 'region', 'country', 'timezone'];

/**
 * A chat request's `tools` → the provider's.
 *
 * in:     functions, custom tools, hosted tools of the provider, computer tools, MCP servers, namespaces of tools, and tools that are in
 *         the provider's shape already (they have an `input_schema`), which are passed on unchanged.
 * errors: `bad-request` naming the tool, for an unknown type, or a member that is missing or of the wrong type.
 * source: LiteLLM 1.106.2, llms/anthropic/chat/transformation.py `_map_tools`, read 2026-11-23.
 */
export function prepareTools(given: JsonValue): Outcome<PreparedTools> {
  if (!isArray(given)) return badRequest('tools', 'tools must be a list');
  const tools: JsonObject[] = [];
  const servers: JsonObject[] = [];
  for (const [index, tool] of given.entries()) {
    const path = `tools[${index}]`;
    if (!isObject(tool)) return badRequest(path, 'a tool must be an object');
    for (const member of tool['type'] === 'namespace' ? toMembers(tool) : [tool]) {
      if (member['input_schema'] !== undefined) tools.push(member);
      else if (member['type'] === 'url' || member['type'] === 'mcp') {
        const server = member['type'] === 'url' ? ok(member) : toServer(member, path);
        if (!server.ok) return server;
        servers.push(server.value);
      } else {
        const converted = toTool(member, path);
        if (!converted.ok) return converted;
        const decorated = decorate(converted.value, member, path);
        if (!decorated.ok) return decorated;
        tools.push(decorated.value);
      }
    }
  }
  return ok({ tools, servers });
}

/**
 * OpenAI's `tool_choice` and `parallel_tool_calls` → the provider's `tool_choice`; undefined if neither is set.
 *
 * in:     both as normalizeParams leaves them.
 * errors: `unsupported-params` for a forced call to a model that cannot be forced, which `drop_params` turns into `auto`.
 */
export function chooseTool(choice: JsonValue | undefined, parallel: JsonValue | undefined, plan: Plan): Outcome<JsonObject | undefined> {
  const mapped = mapChoice(choice);
  const says = typeof parallel === 'boolean' && choice !== 'none';
  const switched: JsonObject | undefined = says ? { ...(mapped ?? { type: 'auto' }), disable_parallel_tool_use: !parallel } : mapped;
  const forced = switched?.['type'] === 'any' || switched?.['type'] === 'tool';
  if (!forced || plan.facts?.denies.has('forced_tool_use') !== true) return ok(switched);
  if (!plan.settings.dropParams)
    return fail({ kind: 'unsupported-params', provider: plan.provider.id, model: plan.model, params: ['tool_choice'] });
  const { name: _name, ...rest } = switched;
  return ok({ ...rest, type: 'auto' });
}

/** `web_search_options` → the provider's own search tool. */
export function toSearchTool(options: JsonObject): JsonObject {
  const size = readString(options, 'search_context_size');
  const uses = size === undefined ? undefined : SEARCH_USES_MAX[size];
  const location = options['user_location'];
  const approximate = isObject(location) ? location['approximate'] : undefined;
  return {
    type: 'web_search_20250305',
    name: 'web_search',
    ...(isObject(approximate) && { user_location: { type: 'approximate', ...pick(approximate, LOCATION_MEMBERS) } }),
    ...(uses !== undefined && { max_uses: uses }),
  };
}

function toMembers(namespace: JsonObject): readonly JsonObject[] {
  const members = namespace['tools'];
  return (isArray(members) ? members : []).filter(isObject).flatMap((member) => {
    if (member['input_schema'] !== undefined || member['function'] !== undefined) return [member];
    if (member['name'] === undefined) return [];
    const { type = 'function', ...rest } = member;
    return [{ type, function: rest }];
  });
}

function toTool(tool: JsonObject, path: string): Outcome<JsonObject> {
  const type = readString(tool, 'type');
  if (type === undefined) return badRequest(path, 'a tool needs a type');
  if (type === 'function' || type === 'custom') return toCustomTool(tool, path);
  if (type.startsWith('computer_')) return toComputerTool(type, tool, path);
  if (HOSTED_TYPES.some((start) => type.startsWith(start))) {
    const named = tool['name'] ?? functionOf(tool)['name'];
    if (typeof named !== 'string') return badRequest(path, 'Missing required parameter: name');
    return ok({ ...tool, name: named });
  }
  if (type !== ADVISOR_TYPE) return badRequest(path, `Unsupported tool type: ${type}`);
  if (typeof tool['model'] !== 'string') return badRequest(path, 'Advisor tool must have a valid model');
  return ok({ type, name: 'advisor', ...pick(tool, ['model', 'max_uses', 'caching']) });
}

function toCustomTool(tool: JsonObject, path: string): Outcome<JsonObject> {
  const definition = tool['function'];
  if (!isObject(definition) || typeof definition['name'] !== 'string') return badRequest(path, 'a function needs a name');
  const schema = toInputSchema(definition['parameters']);
  if (!schema.ok) return schema;
  const eager = tool['eager_input_streaming'] ?? definition['eager_input_streaming'] ?? undefined;
  if (eager !== undefined && typeof eager !== 'boolean') return badRequest(path, 'eager_input_streaming must be a boolean');
  return ok({
    name: definition['name'],
    input_schema: schema.value,
    type: 'custom',
    ...(eager !== undefined && { eager_input_streaming: eager }),
    ...pick(definition, ['description']),
  });
}

function toComputerTool(type: string, tool: JsonObject, path: string): Outcome<JsonObject> {
  const definition = functionOf(tool);
  const parameters = definition['parameters'];
  if (!isObject(parameters)) return badRequest(path, 'Missing required parameter: parameters');
  const display = pick(parameters, ['display_width_px', 'display_height_px', 'display_number']);
  if (display['display_width_px'] === undefined || display['display_height_px'] === undefined) {
    return badRequest(path, 'Missing required parameter: display_width_px or display_height_px');
  }
  return ok({ type, name: definition['name'] ?? 'computer', ...display });
}

/** Copies optional members, which may be on the tool or on its function, to the tools that accept them. */
function decorate(tool: JsonObject, given: JsonObject, path: string): Outcome<JsonObject> {
  const definition = functionOf(given);
  const type = readString(tool, 'type') ?? '';
  const searches = TOOL_SEARCH_TYPES.has(type);
  const ownCache = given['cache_control'] ?? undefined;
  const cache = ownCache ?? (isObject(definition['cache_control']) ? definition['cache_control'] : undefined);
  const defers = UNDEFERRABLE_TYPES.has(type) ? undefined : (given['defer_loading'] ?? definition['defer_loading'] ?? undefined);
  if (defers !== undefined && typeof defers !== 'boolean') return badRequest(path, 'defer_loading must be a boolean');
  const callers = UNDEFERRABLE_TYPES.has(type) ? undefined : (given['allowed_callers'] ?? definition['allowed_callers'] ?? undefined);
  if (callers !== undefined && !(isArray(callers) && callers.every((caller) => typeof caller === 'string'))) {
    return badRequest(path, 'allowed_callers must be a list of strings');
  }
  const examples = [given['input_examples'], definition['input_examples']].find((value) => isArray(value));
  return ok({
    ...tool,
    ...(cache !== undefined && !searches && { cache_control: cache }),
    ...(defers !== undefined && { defer_loading: defers }),
    ...(callers !== undefined && { allowed_callers: callers }),
    ...(examples !== undefined && type === 'custom' && { input_examples: examples }),
  });
}

function toServer(tool: JsonObject, path: string): Outcome<JsonObject> {
  const { server_url: url, server_label: label, allowed_tools: allowed, headers } = tool;
  if (url === undefined || label === undefined) return badRequest(path, 'an MCP server needs server_url and server_label');
  const token = isObject(headers) ? readString(headers, 'Authorization') : undefined;
  return ok({
    type: 'url',
    url,
    name: label,
    ...(allowed !== undefined && allowed !== null && { tool_configuration: { allowed_tools: allowed } }),
    ...(token !== undefined && { authorization_token: token.replaceAll('Bearer ', '') }),
  });
}

function mapChoice(choice: JsonValue | undefined): JsonObject | undefined {
  if (choice === 'auto' || choice === 'none') return { type: choice };
  if (choice === 'required') return { type: 'any' };
  const name = isObject(choice) && isObject(choice['function']) ? choice['function']['name'] : undefined;
  return name === undefined || name === null ? undefined : { type: 'tool', name };
}

function functionOf(tool: JsonObject): JsonObject {
  return isObject(tool['function']) ? tool['function'] : {};
}

function pick(holder: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (holder[name] === undefined || holder[name] === null ? [] : [[name, holder[name]]])));
}
