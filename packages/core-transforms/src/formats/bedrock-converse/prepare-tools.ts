import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { badRequest } from '../anthropic-messages/errors.ts';
import { inlineReferences } from '../anthropic-messages/json-schema.ts';
import { isArray, readString } from '../anthropic-messages/types.ts';
import type { MarkCache } from './cache-points.ts';
import { isClaude, modelRows } from './model-id.ts';
import { cleanToolName } from './tool-names.ts';
import type { ConverseTools } from './types.ts';

const SCHEMA_TYPES: ReadonlySet<JsonValue | undefined> = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);
const EMPTY_SCHEMA: JsonObject = { type: 'object', properties: {} };
/** Anthropic's computer-use tools; they bypass Converse's own list of tools. */
const COMPUTER_TYPES = /^(?:computer_use_preview|computer_|bash_|text_editor_)/u;
/** Tool-search tools, which Converse does not have. */
const SEARCH_TYPES = /^tool_search_tool_(?:regex|bm25)_20251119$/u;
const COMPUTER_NAMES: readonly (readonly [start: string, name: string])[] = [
  ['bash_', 'bash'],
  ['text_editor_', 'str_replace_editor'],
];

/**
 * A chat request's `tools` → the provider's. Tools already in its shape are passed on; hosted tools of other dialects, which it does not
 * have, are left out.
 *
 * errors: `bad-request` if it is not a list of objects, and for definitions that grow too large.
 * source: LiteLLM 1.106.2, prompt_templates/factory.py `_bedrock_tools_pt` and converse_transformation.py, read 2026-11-23.
 */
export function prepareTools(given: JsonValue | undefined, plan: Plan, mark: MarkCache): Outcome<ConverseTools> {
  if (given === undefined || given === null) return ok({ tools: [], computerTools: [] });
  if (!isArray(given)) return badRequest('tools', 'tools must be a list');
  const tools: JsonObject[] = [];
  const ready: JsonObject[] = [];
  const computerTools: JsonObject[] = [];
  const strict = takesStrict(plan);
  for (const [index, tool] of given.entries()) {
    const path = `tools[${index}]`;
    if (!isObject(tool)) return badRequest(path, 'a tool must be an object');
    const type = readString(tool, 'type') ?? '';
    if (tool['systemTool'] !== undefined) ready.push(tool);
    else if (COMPUTER_TYPES.test(type)) computerTools.push(toComputerTool(type, tool));
    else if (tool['toolSpec'] !== undefined || tool['cachePoint'] !== undefined) tools.push(tool);
    else if (!SEARCH_TYPES.test(type) && (tool['function'] !== undefined || tool['input_schema'] !== undefined)) {
      const spec = toToolSpec(tool, index, strict);
      if (!spec.ok) return spec;
      tools.push({ toolSpec: spec.value }, ...(isEphemeral(tool) ? mark(tool) : []));
    }
  }
  return ok({ tools: [...tools, ...ready], computerTools });
}

/**
 * OpenAI's `tool_choice`, as normalizeParams leaves it → the provider's; undefined if it is not set.
 *
 * errors: `unsupported-params` for `none`, and for a forced call to a model that cannot be forced, unless parameters may be dropped.
 */
export function chooseTool(choice: JsonValue | undefined, plan: Plan): Outcome<JsonObject | undefined> {
  if (choice === undefined || choice === null) return ok(undefined);
  if (choice === 'auto') return ok({ auto: {} });
  const { dropParams } = plan.settings;
  if (choice !== 'required' && !isObject(choice)) {
    return choice === 'none' && dropParams ? ok(undefined) : refuseChoice(`Bedrock doesn't support tool_choice=${String(choice)}.`, plan);
  }
  if (plan.facts?.denies.has('forced_tool_use') === true) {
    return dropParams ? ok({ auto: {} }) : refuseChoice(`${plan.model} does not support forced tool use.`, plan);
  }
  if (!isObject(choice)) return ok({ any: {} });
  const name = isObject(choice['function']) ? readString(choice['function'], 'name') : undefined;
  return ok({ tool: { name: cleanToolName(name ?? '') } });
}

function refuseChoice(reason: string, { provider, model }: Plan): Outcome<never> {
  const message = `${reason} To drop it from the call, set \`litellm.drop_params = True.`;
  return fail({ kind: 'unsupported-params', provider: provider.id, model, params: ['tool_choice'], message });
}

function toToolSpec(tool: JsonObject, index: number, strict: boolean): Outcome<JsonObject> {
  const definition = isObject(tool['function']) ? tool['function'] : {};
  const isAnthropics = tool['function'] === undefined;
  const given = isAnthropics ? tool['input_schema'] : definition['parameters'];
  const { name: givenName, description: givenDescription } = isAnthropics ? tool : definition;
  const name = cleanToolName(typeof givenName === 'string' && givenName.trim() !== '' ? givenName : `litellm_unnamed_tool_${index}`);
  const schema = toInputSchema(isObject(given) ? given : EMPTY_SCHEMA, strict);
  if (!schema.ok) return schema;
  const description = typeof givenDescription === 'string' && givenDescription !== '' ? givenDescription : name;
  return ok({ inputSchema: { json: schema.value }, name, description, ...(strict && definition['strict'] === true && { strict: true }) });
}

/** Inlines definitions, and keeps only members that the provider accepts. */
function toInputSchema(given: JsonObject, strict: boolean): Outcome<JsonObject> {
  const { $defs, ...rest } = given;
  const definitions = { ...(isObject($defs) && $defs), ...(isObject(rest['definitions']) && rest['definitions']) };
  const inlined = inlineReferences(rest, definitions);
  if (!inlined.ok) return inlined;
  const whole = withObjectTypes(inlined.value);
  const schema = isObject(whole) ? whole : {};
  const { properties = {}, required = [], additionalProperties } = schema;
  return ok({
    type: SCHEMA_TYPES.has(schema['type']) ? schema['type'] : 'object',
    properties,
    required,
    ...(strict && additionalProperties !== undefined && additionalProperties !== null && { additionalProperties }),
  });
}

/** Claude Code writes `type: custom` into schemas, which is not JSON Schema. */
function withObjectTypes(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  const fixed: Record<string, JsonValue | undefined> = { ...schema };
  if (schema['type'] === 'custom') fixed['type'] = 'object';
  for (const name of ['items', 'additionalProperties']) if (isObject(schema[name])) fixed[name] = withObjectTypes(schema[name]);
  const { properties } = schema;
  if (isObject(properties)) {
    fixed['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, one]) => [name, one === undefined ? one : withObjectTypes(one)]),
    );
  }
  for (const name of ['allOf', 'anyOf', 'oneOf']) {
    const variants: JsonArray | undefined = isArray(schema[name]) ? schema[name] : undefined;
    if (variants !== undefined) fixed[name] = variants.map(withObjectTypes);
  }
  return fixed;
}

function toComputerTool(type: string, tool: JsonObject): JsonObject {
  const definition = tool['function'];
  if (type.startsWith('computer_') && isObject(definition)) {
    const parameters = isObject(definition['parameters']) ? definition['parameters'] : {};
    return { type, name: definition['name'] ?? 'computer', ...parameters };
  }
  const name = COMPUTER_NAMES.find(([start]) => type.startsWith(start))?.[1];
  return tool['name'] !== undefined || name === undefined ? tool : { ...tool, name };
}

/** Whether the model accepts `strict`: only some of Anthropic's do. */
function takesStrict(plan: Plan): boolean {
  return isClaude(plan) && !modelRows(plan).some(({ lacks }) => lacks.has('bedrock_converse_supports_strict_tools'));
}

function isEphemeral({ cache_control: control }: JsonObject): boolean {
  return isObject(control) && (control['type'] ?? 'ephemeral') === 'ephemeral';
}
