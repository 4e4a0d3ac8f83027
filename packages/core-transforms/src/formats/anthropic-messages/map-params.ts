import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ModelFacts } from '../../facts/model-facts.ts';
import { isObject } from '../../json/is-object.ts';
import { perPlan } from '../../params/per-plan.ts';
import { repointReferences, toOutputSchema } from './json-schema.ts';
import { chooseTool, prepareTools, toSearchTool } from './prepare-tools.ts';
import { adaptLegacyThinking, budgetForAdaptive, fromReasoningEffort, isEnabled, thinksAdaptively, type Thinking } from './thinking.ts';
import { isArray, JSON_TOOL_NAME, MAX_TOKENS_DEFAULT, readString } from './types.ts';

/** OpenAI's parameters that are mapped here; any other that was let through is passed on unchanged. */
const MAPPED: ReadonlySet<string> = new Set([
  'stop',
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'user',
  'web_search_options',
  'context_management',
  'thinking',
  'reasoning_effort',
  'stream_options',
]);

/** Models that no longer accept `temperature`, `top_p` and `top_k`, if the facts do not say so. */
const NO_SAMPLING = /fable|opus[-_]4[-_.][78]/u;

/** E-mail addresses and telephone numbers, which the provider refuses as a user's id. */
const PRIVATE_USER_ID = /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$|^\+?[\d\s()-]{7,}$/u;

/**
 * OpenAI's parameters, already reduced to those that pass → the provider's members.
 *
 * in:     parameters by OpenAI's names, without null ones.
 * out:    the provider's members, except `stream`.
 * errors: `bad-request` for a value that cannot be mapped; `unsupported-params` for one that the model does not accept.
 * source: LiteLLM 1.106.2, llms/anthropic/chat/transformation.py `map_openai_params`, read 2026-11-23.
 */
export function mapParams(params: JsonObject, plan: Plan): Outcome<JsonObject> {
  const members: Record<string, JsonValue | undefined> = {};
  setSimple(members, params, plan);
  for (const step of STEPS) {
    const mapped = step(params, plan);
    if (!mapped.ok) return mapped;
    for (const name in mapped.value) members[name] = mapped.value[name];
  }
  return ok(withRoomForThinking(members, params));
}

/** The members that mapParams does not read; undefined for none. */
export function withoutMapped(params: JsonObject): JsonObject | undefined {
  let others: Record<string, JsonValue | undefined> | undefined;
  for (const name in params) if (!MAPPED.has(name)) (others ??= {})[name] = params[name];
  return others;
}

/** Whether `user_id` may be sent: the provider refuses e-mail addresses and telephone numbers. */
export function isPublicUserId(userId: JsonValue | undefined): userId is string {
  return typeof userId === 'string' && !PRIVATE_USER_ID.test(userId);
}

/** Whether calls of the JSON tool are the answer's text, because the request asked for JSON in any way. */
export function takesJsonCalls(format: JsonValue | undefined, facts: ModelFacts | undefined): boolean {
  return (isObject(format) && hasOwnOutput(facts)) || forcesJsonTool(format, facts);
}

/** Whether the requested schema has to become a tool. */
function forcesJsonTool(format: JsonValue | undefined, facts: ModelFacts | undefined): boolean {
  return isObject(format) && format['type'] !== 'text' && !hasOwnOutput(facts) && readSchema(format) !== undefined;
}

function hasOwnOutput(facts: ModelFacts | undefined): boolean {
  return facts?.supports.has('native_structured_output') === true;
}

/**
 * Decides whether a sampling parameter is sent to a model that may no longer accept it.
 *
 * out:    false: leave it out.
 * errors: `unsupported-params` if the model does not accept it and it may not be dropped.
 */
export function keepsSampling(name: string, value: JsonValue, plan: Plan): Outcome<boolean> {
  const { settings } = plan;
  if (takesSampling(plan) || (name === 'temperature' && value === 1)) return ok(true);
  if (settings.dropParams) return ok(false);
  const hint = name === 'temperature' ? 'Only temperature=1 is supported. ' : '';
  const message = `${plan.model} does not support ${name}=${String(value)}. ${hint}To drop unsupported params, set \`litellm.drop_params = True\`.`;
  return fail({ kind: 'unsupported-params', provider: plan.provider.id, model: plan.model, params: [name], message });
}

/** Whether a plan's model accepts `temperature` and the other sampling parameters. */
export function takesSampling(plan: Plan): boolean {
  return samplingOf(plan).isTaken;
}

const samplingOf = perPlan(({ facts, model }) => ({
  isTaken:
    facts?.supports.has('sampling_params') === true ||
    (facts?.denies.has('sampling_params') !== true && !NO_SAMPLING.test(model.toLowerCase())),
}));

/** The same for `speed`, which only Anthropic itself has, for some models. */
export function keepsSpeed(speed: JsonValue, { facts, settings, provider, model }: Plan): Outcome<boolean> {
  if (facts?.supports.has('speed') === true) return ok(true);
  const message = `${model} does not support speed='${String(speed)}'. To drop unsupported params, set \`litellm.drop_params = True\`.`;
  return settings.dropParams ? ok(false) : fail({ kind: 'unsupported-params', provider: provider.id, model, params: ['speed'], message });
}

const STEPS = [mapTools, mapThinking, mapSampling] as const;
const NO_MEMBERS: JsonObject = {};

/** Maps the parameters that depend on no others: the answer's maximum length, its stop sequences, and the user. */
export function setSimple(members: Record<string, JsonValue | undefined>, params: JsonObject, plan: Plan): void {
  const maxTokens = params['max_completion_tokens'] ?? params['max_tokens'];
  const stop = toStopSequences(params['stop'], plan.settings.dropParams);
  const context = toContextManagement(params['context_management']);
  if (maxTokens !== undefined)
    members['max_tokens'] = typeof maxTokens === 'number' && !Number.isInteger(maxTokens) ? Math.max(1, Math.round(maxTokens)) : maxTokens;
  if (stop !== undefined) members['stop_sequences'] = stop;
  if (isPublicUserId(params['user'])) members['metadata'] = { user_id: params['user'] };
  if (context !== undefined) members['context_management'] = context;
}

/** The parameters that decide which tools are sent, `response_format` among them. */
const TOOL_PARAMS = ['tools', 'tool_choice', 'parallel_tool_calls', 'web_search_options', 'response_format'] as const;

function mapTools(params: JsonObject, plan: Plan): Outcome<JsonObject> {
  if (TOOL_PARAMS.every((name) => params[name] === undefined)) return ok(NO_MEMBERS);
  const { tools: given, web_search_options: search, response_format: format } = params;
  const prepared = given === undefined ? ok({ tools: [], servers: [] }) : prepareTools(given);
  if (!prepared.ok) return prepared;
  const choice = chooseTool(params['tool_choice'], params['parallel_tool_calls'], plan);
  if (!choice.ok) return choice;
  const formatted = isObject(format) ? mapFormat(format, params, plan) : ok<FormatMembers>({});
  if (!formatted.ok) return formatted;
  const { tool, forced, outputFormat } = formatted.value;
  const tools = [...(tool === undefined ? [] : [tool]), ...prepared.value.tools, ...(isObject(search) ? [toSearchTool(search)] : [])];
  const chosen = choice.value ?? forced;
  return ok({
    ...((tools.length > 0 || given !== undefined) && { tools }),
    ...(prepared.value.servers.length > 0 && { mcp_servers: prepared.value.servers }),
    ...(chosen !== undefined && { tool_choice: chosen }),
    ...(outputFormat !== undefined && { output_format: outputFormat }),
  });
}

interface FormatMembers {
  readonly tool?: JsonObject;
  readonly forced?: JsonObject;
  readonly outputFormat?: JsonObject;
}

/** `response_format`: the provider's structured output if the model has it, else a forced tool; `json_object` maps to nothing. */
function mapFormat(format: JsonObject, params: JsonObject, plan: Plan): Outcome<FormatMembers> {
  const schema = readSchema(format);
  if (schema === undefined) return ok({});
  if (hasOwnOutput(plan.facts)) {
    const output = toOutputSchema(schema);
    return output.ok ? ok({ outputFormat: { type: 'json_schema', schema: output.value } }) : output;
  }
  if (!forcesJsonTool(format, plan.facts)) return ok({});
  const pointed = format['type'] === 'json_schema' ? repointReferences(schema) : schema;
  const tool = { name: JSON_TOOL_NAME, input_schema: { type: 'object', ...(isObject(pointed) && pointed) } };
  // A model that thinks, or cannot be forced to call a tool, may refuse: the tool is only offered.
  const thinks = isEnabled(params['thinking']) || params['reasoning_effort'] !== undefined;
  const forcible = !thinks && plan.facts?.denies.has('forced_tool_use') !== true;
  return ok({ tool, ...(forcible && { forced: { name: JSON_TOOL_NAME, type: 'tool' } }) });
}

function readSchema(format: JsonObject): JsonObject | undefined {
  const { response_schema: own, json_schema: named } = format;
  const schema = own ?? (isObject(named) ? named['schema'] : undefined);
  return isObject(schema) ? schema : undefined;
}

function mapThinking(params: JsonObject, { facts }: Plan): Outcome<JsonObject> {
  const { reasoning_effort: effort, thinking: given } = params;
  if (effort === undefined && given === undefined) return ok(NO_MEMBERS);
  const mapped = effort === undefined ? ok(undefined) : fromReasoningEffort(effort, facts);
  if (!mapped.ok) return mapped;
  const own = given === undefined ? (mapped.value ?? {}) : mapOwnThinking(given, mapped.value ?? {}, params, facts);
  return ok({
    ...(own.thinking !== undefined && { thinking: own.thinking }),
    ...(own.outputConfig !== undefined && { output_config: own.outputConfig }),
  });
}

/** The client's own `thinking`, which takes precedence over an effort, in the shape that the model accepts. */
function mapOwnThinking(given: JsonValue, before: Thinking, params: JsonObject, facts: ModelFacts | undefined): Thinking {
  const { outputConfig } = before;
  const rest: Thinking = outputConfig === undefined ? {} : { outputConfig };
  if (!isObject(given) || given['type'] !== 'adaptive' || thinksAdaptively(facts))
    return adaptLegacyThinking({ ...rest, thinking: given }, facts);
  const budget = budgetForAdaptive(params['max_completion_tokens'] ?? params['max_tokens']);
  return budget === undefined ? rest : { ...rest, thinking: budget };
}

/** Parameters that some models no longer accept, and that have the same name on both sides. */
export const SAMPLING = ['temperature', 'top_p'] as const;

function mapSampling(params: JsonObject, plan: Plan): Outcome<JsonObject> {
  const members: Record<string, JsonValue> = {};
  for (const name of SAMPLING) {
    const value = params[name];
    if (value === undefined) continue;
    const kept = keepsSampling(name, value, plan);
    if (!kept.ok) return kept;
    if (kept.value) members[name] = value;
  }
  return ok(members);
}

/** Sets `max_tokens` above the budget of thinking if the client set none: the provider requires that. */
function withRoomForThinking(members: JsonObject, params: JsonObject): JsonObject {
  const { thinking } = members;
  if (params['max_tokens'] !== undefined || params['max_completion_tokens'] !== undefined || !isEnabled(thinking)) return members;
  const budget = thinking['budget_tokens'];
  return typeof budget === 'number' ? { ...members, max_tokens: budget + MAX_TOKENS_DEFAULT } : members;
}

/** Stop sequences. The provider refuses those of white space only; with `drop_params` they are dropped. */
function toStopSequences(stop: JsonValue | undefined, dropParams: boolean): readonly JsonValue[] | undefined {
  const given = typeof stop === 'string' ? [stop] : isArray(stop) ? stop : [];
  const kept = dropParams ? given.filter((one) => typeof one !== 'string' || one === '' || one.trim() !== '') : given;
  return kept.length > 0 ? kept : undefined;
}

/** OpenAI's list of compactions → the provider's edits; an object with `edits` is in the provider's shape already. */
export function toContextManagement(given: JsonValue | undefined): JsonObject | undefined {
  if (isObject(given)) return given['edits'] === undefined ? undefined : given;
  if (!isArray(given)) return undefined;
  const edits = given.filter(isObject).flatMap((entry): readonly JsonObject[] => {
    if (readString(entry, 'type') !== 'compaction') return [];
    const { type: _type, compact_threshold: threshold, ...rest } = entry;
    const trigger = typeof threshold === 'number' ? { trigger: { type: 'input_tokens', value: Math.trunc(threshold) } } : {};
    return [{ type: 'compact_20260112', ...trigger, ...rest }];
  });
  return edits.length > 0 ? { edits } : undefined;
}
