import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from '../json/is-object.ts';

/**
 * Tool definitions as the text that is counted for them: the TypeScript that OpenAI's models are known to be shown.
 *
 * in:     tools of any dialect: OpenAI's functions, Anthropic's with `input_schema`, Google's declarations.
 * source: LiteLLM 1.106.2, litellm_core_utils/token_counter.py `_format_function_definitions`, read 2026-11-23.
 */
export function formatTools(tools: readonly JsonValue[]): string {
  const definitions = tools.filter(isObject).flatMap(toDefinitions).flatMap(formatDefinition);
  return ['namespace functions {', '', ...definitions, '} // namespace functions'].join('\n');
}

function toDefinitions(tool: JsonObject): readonly JsonObject[] {
  if (isObject(tool['function'])) return [tool['function']];
  const declarations = tool['function_declarations'] ?? tool['functionDeclarations'];
  if (Array.isArray(declarations)) return declarations.filter(isObject);
  return [{ name: tool['name'], description: tool['description'], parameters: tool['input_schema'] ?? tool['parameters'] }];
}

function formatDefinition({ name, description, parameters }: JsonObject): readonly string[] {
  if (typeof name !== 'string' || name === '') return [];
  const comment = typeof description === 'string' && description !== '' ? [`// ${description}`] : [];
  const lines = isObject(parameters) ? formatProperties(parameters, 0) : [];
  if (lines.length === 0) return [...comment, `type ${name} = () => any;`, ''];
  return [...comment, `type ${name} = (_: {`, ...lines, '}) => any;', ''];
}

function formatProperties(schema: JsonObject, indent: number): readonly string[] {
  const { properties, required } = schema;
  if (!isObject(properties)) return [];
  const lines = Object.entries(properties).flatMap(([name, property]) => {
    if (!isObject(property)) return [];
    const { description } = property;
    const comment = typeof description === 'string' && description !== '' ? [`// ${description}`] : [];
    const mark = Array.isArray(required) && required.includes(name) ? '' : '?';
    return [...comment, `${name}${mark}: ${formatType(property, indent)},`];
  });
  return lines.map((line) => ' '.repeat(indent) + line);
}

function formatType(schema: JsonObject, indent: number): string {
  const values = Array.isArray(schema['enum']) ? schema['enum'].map((item) => `"${String(item)}"`).join(' | ') : undefined;
  switch (schema['type']) {
    case 'string':
      return values ?? 'string';
    case 'integer':
    case 'number':
      return values ?? 'number';
    case 'boolean':
    case 'null':
      return schema['type'];
    case 'array':
      return `${isObject(schema['items']) ? formatType(schema['items'], indent) : 'any'}[]`;
    case 'object':
      return `{\n${formatProperties(schema, indent + 2).join('\n')}\n}`;
    default:
      return 'any';
  }
}
