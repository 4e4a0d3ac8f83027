import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { fail, ok } from '../../../contract/outcome.ts';
import { isObject } from '../../../json/is-object.ts';
import { toInputSchema } from '../../anthropic-messages/json-schema.ts';
import { objectsOf, withList, without, withoutDeep } from './edit-body.ts';
import type { RequestQuirkFunction } from './quirk-types.ts';

/** The tool that a model is forced to call if it has no structured output. The reference's name. */
const SCHEMA_TOOL = 'json_tool_call';
const SCHEMA_CHOICE: JsonObject = { type: 'function', function: { name: SCHEMA_TOOL } };

/** Removes members from the tools' schemas at any depth. */
export function dropFromTools(drop: (name: string, value: JsonValue) => boolean): RequestQuirkFunction {
  return (body) => {
    const tools = body['tools'];
    return ok(tools === undefined ? body : { ...body, tools: withoutDeep(tools, drop) });
  };
}

/** Removes `strict` from tools and their functions. */
export const dropToolStrict: RequestQuirkFunction = (body) =>
  ok(
    withList(body, 'tools', (tool) => {
      const callee = tool['function'];
      const bare = without(tool, ['strict']);
      return isObject(callee) ? { ...bare, function: without(callee, ['strict']) } : bare;
    }),
  );

/** Removes an empty list of tools. */
export const dropEmptyTools: RequestQuirkFunction = (body) =>
  ok(Array.isArray(body['tools']) && body['tools'].length === 0 ? without(body, ['tools']) : body);

/** Removes tools that are not functions, and a choice that then names none. */
export const functionToolsOnly: RequestQuirkFunction = (body) => {
  const tools = body['tools'];
  if (!Array.isArray(tools)) return ok(body);
  const functions = objectsOf(tools).filter((tool) => tool['type'] === 'function');
  if (functions.length === tools.length) return ok(body);
  if (functions.length === 0) return ok(without(body, ['tools', 'tool_choice', 'parallel_tool_calls']));
  const names = functions.map(functionName);
  const choice = body['tool_choice'];
  const dangling = isObject(choice) && !(choice['type'] === 'function' && names.includes(functionName(choice)));
  return ok({ ...(dangling ? without(body, ['tool_choice']) : body), tools: functions });
};

function functionName(tool: JsonObject): JsonValue | undefined {
  return isObject(tool['function']) ? tool['function']['name'] : undefined;
}

/** A custom tool becomes a function, with its own schema, or else with one string, `input`. */
export const customToolsAsFunctions: RequestQuirkFunction = (body) => {
  const tools = body['tools'];
  if (!Array.isArray(tools)) return ok(body);
  return ok({ ...body, tools: tools.map((tool: JsonValue, index) => (isObject(tool) ? toFunctionTool(tool, index) : tool)) });
};

const RAW_INPUT_SCHEMA: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string', description: 'Raw tool input payload.' } },
  required: ['input'],
};

function toFunctionTool(tool: JsonObject, index: number): JsonObject {
  if (tool['type'] !== 'custom') return tool;
  const custom = { ...tool, ...(isObject(tool['custom']) ? tool['custom'] : {}) };
  const { name, description, input_schema: schema } = custom as JsonObject;
  return {
    type: 'function',
    function: {
      name: typeof name === 'string' && name !== '' ? name : `custom_tool_${index}`,
      parameters: isObject(schema) ? schema : RAW_INPUT_SCHEMA,
      ...(typeof description === 'string' && { description }),
    },
  };
}

/** The schema that a `response_format` asks for, or undefined. */
export function askedSchema(format: JsonValue | undefined): JsonObject | undefined {
  if (!isObject(format)) return undefined;
  const wrapped = isObject(format['json_schema']) ? format['json_schema']['schema'] : undefined;
  const schema = format['response_schema'] ?? wrapped;
  return isObject(schema) ? schema : undefined;
}

function schemaTool(schema: JsonObject): JsonObject {
  return { type: 'function', function: { name: SCHEMA_TOOL, parameters: schema } };
}

/** A requested schema becomes a tool that must be called (may be called, while thinking); `schema-call-as-content` is the way back. */
export const schemaAsTool: RequestQuirkFunction = (body) => {
  const schema = askedSchema(body['response_format']);
  if (schema === undefined) return ok(body);
  const others = Array.isArray(body['tools']) ? body['tools'] : [];
  const thinks = (isObject(body['thinking']) && body['thinking']['type'] === 'enabled') || body['reasoning_effort'] !== undefined;
  const forced = thinks ? undefined : SCHEMA_CHOICE;
  const tooled = { ...without(body, ['response_format']), tools: [...others, schemaTool(schema)] };
  return ok(forced === undefined ? tooled : { ...tooled, tool_choice: forced });
};

/** Refuses a schema that has to become a tool beside other tools. */
export const schemaOrTools: RequestQuirkFunction = (body) => {
  if (askedSchema(body['response_format']) === undefined || body['tools'] === undefined) return ok(body);
  const message = 'this model follows a schema only by means of a tool, so tools and a json_schema cannot go together';
  return fail({ kind: 'bad-request', path: '', message });
};

/** Tools become functions with only a name, a description, and parameters as Anthropic's models accept them. */
export const plainFunctionTools: RequestQuirkFunction = (body) => {
  const tools: JsonObject[] = [];
  for (const tool of objectsOf(body['tools'])) {
    // The tools of an MCP server are not known here.
    if (tool['type'] === 'mcp') continue;
    const isFunction = isObject(tool['function']);
    const callee = isObject(tool['function']) ? tool['function'] : tool;
    const { name = null, description, parameters = callee['input_schema'] } = callee;
    const schema = isFunction || parameters !== undefined ? toInputSchema(parameters) : ok({});
    if (!schema.ok) return schema;
    tools.push({ type: 'function', function: { name, parameters: schema.value, ...(description !== undefined && { description }) } });
  }
  return ok(body['tools'] === undefined ? body : { ...body, tools });
};

/** Removes `response_format` beside tools. */
export const dropFormatBesideTools: RequestQuirkFunction = (body) =>
  ok(body['tools'] === undefined ? body : without(body, ['response_format']));

/** Removes every `response_format` except schemas, which are all that the provider supports. */
export const schemaOrNoFormat: RequestQuirkFunction = (body) => {
  const format = body['response_format'];
  return ok(format === undefined || (isObject(format) && format['type'] === 'json_schema') ? body : without(body, ['response_format']));
};

/** Whether a tool call answers a schema that became a tool. */
export function isSchemaCall(call: JsonValue | undefined): boolean {
  return isObject(call) && functionName(call) === SCHEMA_TOOL;
}

/** Adds the wrapper to a schema that lacks it. */
export const wrapBareSchema: RequestQuirkFunction = (body) => {
  const format = body['response_format'];
  const bare = isObject(format) && format['type'] === 'json_schema' && !('json_schema' in format) && 'schema' in format;
  if (!bare) return ok(body);
  return ok({ ...body, response_format: { type: 'json_schema', json_schema: { schema: format['schema'] ?? null } } });
};

/** `web_search_options` becomes a `browser_search` tool. */
export const webSearchAsBrowserTool: RequestQuirkFunction = (body) => {
  if (body['web_search_options'] === undefined) return ok(body);
  const rest = without(body, ['web_search_options']);
  const tools = Array.isArray(body['tools']) ? body['tools'] : [];
  const known = objectsOf(tools).some((tool) => tool['type'] === 'browser_search');
  return ok(known ? rest : { ...rest, tools: [...tools, { type: 'browser_search' }] });
};

/** Removes a `tool_choice` that names a tool: the provider only accepts strings. */
export const dropToolChoiceObjects: RequestQuirkFunction = (body) =>
  ok(isObject(body['tool_choice']) ? without(body, ['tool_choice']) : body);
