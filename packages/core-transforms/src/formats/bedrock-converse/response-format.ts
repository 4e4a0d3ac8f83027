import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { isArray, JSON_TOOL_NAME, readString } from '../anthropic-messages/types.ts';

/** The parts of a `response_format` that are read: its schema, if any, with the client's name for it. */
interface WantedFormat {
  readonly schema: JsonObject | undefined;
  readonly name: string | undefined;
  readonly description: string | undefined;
}

/** Whether a call of the JSON tool is the answer's text, as with every format except `text`. */
export function wantsJson(format: JsonValue | undefined): boolean {
  return isObject(format) && format['type'] !== 'text';
}

/** Whether a schema has to become a tool because the model has no structured output. */
export function asksForJsonTool(format: JsonValue | undefined, plan: Plan): boolean {
  return wantsJson(format) && readFormat(format).schema !== undefined && !hasStructuredOutput(plan);
}

/** The tool that carries a schema, in OpenAI's shape. */
export function toJsonTool(format: JsonValue | undefined): JsonObject {
  const { schema, description } = readFormat(format);
  return {
    type: 'function',
    function: { name: JSON_TOOL_NAME, parameters: schema ?? {}, ...(description !== undefined && { description }) },
  };
}

/** `outputConfig` for a `response_format` with a schema, if the model has structured output; else undefined. */
export function toOutputConfig(format: JsonValue | undefined, plan: Plan): JsonObject | undefined {
  const wanted = wantsJson(format) && hasStructuredOutput(plan) ? readFormat(format) : undefined;
  return wanted?.schema === undefined ? undefined : textFormat(wanted.schema, wanted);
}

/** The same for `output_config.format`, in the shape of Anthropic's API. */
export function fromOutputFormat(format: JsonObject, plan: Plan): JsonObject | undefined {
  if (format['type'] !== 'json_schema' || !hasStructuredOutput(plan)) return undefined;
  const schema = isObject(format['schema']) ? format['schema'] : {};
  return textFormat(schema, { name: readString(format, 'name'), description: readString(format, 'description') });
}

function hasStructuredOutput({ facts }: Plan): boolean {
  return facts?.supports.has('native_structured_output') === true;
}

function readFormat(format: JsonValue | undefined): WantedFormat {
  const { response_schema: own, json_schema: named } = isObject(format) ? format : {};
  if (isObject(own)) return { schema: own, name: undefined, description: undefined };
  if (!isObject(named)) return { schema: undefined, name: undefined, description: undefined };
  const { schema } = named;
  return { schema: isObject(schema) ? schema : undefined, name: readString(named, 'name'), description: readString(named, 'description') };
}

function textFormat(schema: JsonObject, { name, description }: Pick<WantedFormat, 'name' | 'description'>): JsonObject {
  const jsonSchema = {
    schema: toPythonJson(closeObjects(schema)),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
  };
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } };
}

/** Closes every object: the provider refuses open ones. */
function closeObjects(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  const closed: Record<string, JsonValue | undefined> = { ...schema };
  if (closed['type'] === 'object' && closed['additionalProperties'] === undefined) closed['additionalProperties'] = false;
  for (const name of ['properties', '$defs', 'definitions']) {
    const members = schema[name];
    if (isObject(members))
      closed[name] = Object.fromEntries(Object.entries(members).map(([key, one]) => [key, one === undefined ? one : closeObjects(one)]));
  }
  if (isObject(schema['items'])) closed['items'] = closeObjects(schema['items']);
  for (const name of ['anyOf', 'allOf', 'oneOf']) {
    const variants = schema[name];
    if (isArray(variants)) closed[name] = variants.map(closeObjects);
  }
  return closed;
}
