import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { toFlatSchema } from '../../json/flat-schema.ts';
import { isObject } from '../../json/is-object.ts';
import { withKnownPatterns } from '../../json/known-patterns.ts';
import { holdsFor } from '../../params/model-condition.ts';
import type { ResponsesRules } from '../../providers/provider-row.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { offersFileSearch, withSearchFunction } from './client-file-search.ts';
import { withoutCacheControl } from './native-history.ts';
import { parseJson } from '../../json/parse-json.ts';

const SEARCH_DOMAINS = ['allowed_domains', 'excluded_domains'] as const;

/**
 * Adapts a call's tools to a provider of the responses API.
 *
 * in:     `tools` as the client sent them.
 * out:    the same value if nothing had to change. A schema sent as text is parsed; of tools that run at the provider only the members that
 *         its row names are sent. If the provider validates schemas, keywords that it refuses are merged or dropped.
 * errors: `bad-request` for parameters that are neither an object nor the JSON text of one.
 * source: LiteLLM 1.106.2, llms/openai, azure and xai, responses/transformation.py, read 2026-11-23.
 */
export function fitTools(tools: JsonValue | undefined, rules: ResponsesRules, plan: Plan): Outcome<JsonValue | undefined> {
  if (!Array.isArray(tools)) return ok(tools);
  const given: readonly JsonValue[] =
    rules.lacksFileSearch === true && offersFileSearch(tools) ? withSearchFunction(objectsIn(tools)) : tools;
  const change = schemaChange(rules, plan);
  const fit: JsonValue[] = [];
  for (const [index, tool] of given.entries()) {
    const parsed = isObject(tool) ? withParsedParameters(fitTool(tool, rules), index) : ok(tool);
    if (!parsed.ok) return parsed;
    fit.push(change === undefined || !isObject(parsed.value) ? parsed.value : withSchema(parsed.value, change));
  }
  return ok(fit.every((tool, index) => tool === given[index]) ? given : fit);
}

/** The change to the tools' schemas; undefined if the provider does not validate them as OpenAI does. */
function schemaChange({ flatSchemas }: ResponsesRules, plan: Plan): ((schema: JsonObject) => JsonObject) | undefined {
  if (flatSchemas === undefined) return undefined;
  return holdsFor(flatSchemas, plan) ? (schema) => toFlatSchema(withKnownPatterns(schema)) : withKnownPatterns;
}

/** The tool with its schema changed, including tools of a namespace; the same object if nothing changed. */
function withSchema(tool: JsonObject, change: (schema: JsonObject) => JsonObject): JsonObject {
  const { parameters, tools } = tool;
  const changed = isObject(parameters) ? change(parameters) : parameters;
  const nested: readonly JsonValue[] = Array.isArray(tools) ? tools : [];
  const inner = nested.map((one) => (isObject(one) ? withSchema(one, change) : one));
  const isSame = inner.every((one, index) => one === nested[index]);
  if (changed === parameters && isSame) return tool;
  return { ...tool, ...(changed !== parameters && { parameters: changed }), ...(!isSame && { tools: inner }) };
}

function fitTool(tool: JsonObject, { flattensTools, serverTools }: ResponsesRules): JsonObject {
  const { function: definition, ...rest } = tool;
  const flat = flattensTools === true && isObject(definition) ? { ...rest, ...definition } : tool;
  const type = flat['type'];
  const members = typeof type === 'string' ? serverTools?.[type] : undefined;
  const fit = members === undefined ? flat : pickMembers(flat, members);
  const cleaned = withoutCacheControl(fit);
  return isObject(cleaned) ? cleaned : fit;
}

/** Keeps only these members. `filters` collects the domains of a search, wherever the client put them. */
function pickMembers(tool: JsonObject, members: readonly string[]): JsonObject {
  const picked = Object.entries(tool).filter(([name]) => name === 'type' || (members.includes(name) && name !== 'filters'));
  if (!members.includes('filters')) return Object.fromEntries(picked);
  const holder = isObject(tool['filters']) ? tool['filters'] : tool;
  const filters = Object.fromEntries(SEARCH_DOMAINS.flatMap((name) => (holder[name] === undefined ? [] : [[name, holder[name]]])));
  return { ...Object.fromEntries(picked), ...(Object.keys(filters).length > 0 && { filters }) };
}

function withParsedParameters(tool: JsonObject, index: number): Outcome<JsonObject> {
  const { parameters } = tool;
  if (parameters === undefined || parameters === null || isObject(parameters)) return ok(tool);
  const parsed = typeof parameters === 'string' ? parseJson(parameters) : undefined;
  if (isObject(parsed)) return ok({ ...tool, parameters: parsed });
  const path = `tools[${index}].parameters`;
  return fail({ kind: 'bad-request', path, message: `Invalid type for '${path}': expected an object.` });
}
