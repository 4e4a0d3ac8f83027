import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ModelFacts } from '../../facts/model-facts.ts';
import { isObject } from '../../json/is-object.ts';
import { dropPath } from '../../params/drop-path.ts';
import { readParamChoice } from '../../params/param-choice.ts';
import { cleanHistory } from './clean-history.ts';
import { badRequest } from './errors.ts';
import { injectNativeMarks } from './inject-marks.ts';
import { keepsSampling, keepsSpeed, toContextManagement } from './map-params.ts';
import { ADVISOR_TYPE } from './prepare-tools.ts';
import { withoutAdvice } from './strip-advice.ts';
import {
  adaptLegacyThinking,
  capBudget,
  fromReasoningEffort,
  isEnabled,
  keepsThinking,
  refuseEffort,
  takesEffort,
  thinksAdaptively,
} from './thinking.ts';
import { isArray } from './types.ts';

/** The members of a body in this dialect that the reference passes on; it drops all others, including `service_tier`. */
const MEMBERS: ReadonlySet<string> = new Set(
  (
    'model messages max_tokens metadata stop_sequences stream system temperature thinking tool_choice tools top_k inference_geo top_p ' +
    'mcp_servers context_management compaction container output_format speed output_config cache_control reasoning_effort safeguards'
  ).split(' '),
);

const REQUIRED: readonly string[] = ['max_tokens', 'messages'];

/**
 * A client's body in the provider's own dialect → the members that are sent. A member that need not change is the same value, so that a
 * caller can keep its text.
 *
 * errors: `bad-request` without `messages` or `max_tokens`, and for unknown efforts; `unsupported-params` for sampling parameters on models
 *         that no longer accept them.
 * source: LiteLLM 1.106.2, llms/anthropic/pass_through/messages/transformation.py `transform_anthropic_messages_request`, read 2026-11-23.
 */
export function toNativeMembers(body: JsonObject, plan: Plan): Outcome<JsonObject> {
  const missing = REQUIRED.find((name) => body[name] === undefined);
  if (missing !== undefined)
    return fail({ kind: 'bad-request', path: '', message: `anthropic_messages: Missing required parameter: '${missing}'.` });
  const choice = readParamChoice(body, plan.settings);
  const called: Plan = choice === plan.settings ? plan : { ...plan, settings: { ...plan.settings, ...choice } };
  const members: JsonObject = choice.additionalDropParams.reduce(dropPath, handedOn(body, plan.settings.defaults));
  const sampled = withSampling(members, called);
  if (!sampled.ok) return sampled;
  const thought = withThinking(sampled.value, plan);
  if (!thought.ok) return thought;
  const sent: Record<string, JsonValue | undefined> = { ...thought.value };
  sent['model'] = plan.model;
  sent['stream'] = plan.stream;
  if (isObject(sent['metadata'])) sent['metadata'] = onlyUserId(sent['metadata']);
  if (sent['context_management'] !== undefined)
    sent['context_management'] = toContextManagement(sent['context_management']) ?? sent['context_management'];
  if (isArray(sent['messages'])) sent['messages'] = toHistory(sent['messages'], sent['tools']);
  return ok(sent);
}

function handedOn(body: JsonObject, defaults: JsonObject): JsonObject {
  const given = injectNativeMarks(Object.keys(defaults).length === 0 ? body : { ...defaults, ...body });
  const members: Record<string, JsonValue> = {};
  for (const name in given) {
    const value = given[name];
    if (value !== undefined && value !== null && MEMBERS.has(name)) members[name] = value;
  }
  return members;
}

const SAMPLING = ['speed', 'temperature', 'top_p', 'top_k'] as const;

function withSampling(members: JsonObject, plan: Plan): Outcome<JsonObject> {
  let dropped: Set<string> | undefined;
  for (const name of SAMPLING) {
    const value = members[name];
    if (value === undefined) continue;
    const kept = name === 'speed' ? keepsSpeed(value, plan) : keepsSampling(name, value, plan);
    if (!kept.ok) return kept;
    if (!kept.value) (dropped ??= new Set()).add(name);
  }
  return ok(dropped === undefined ? members : without(members, dropped));
}

/** `thinking`, `output_config` and OpenAI's `reasoning_effort` in the shape that the model accepts. */
function withThinking(members: JsonObject, { model, facts }: Plan): Outcome<JsonObject> {
  const { reasoning_effort: asked, thinking: given, output_config: config } = members;
  if (asked === undefined && given === undefined && config === undefined) return ok(members);
  const effort = fromEffort(members, model, facts);
  if (!effort.ok) return effort;
  const first = keepsThinking(effort.value['thinking'], facts) ? effort.value : without(effort.value, new Set(['thinking']));
  const legacy = adaptLegacyThinking({ thinking: first['thinking'], outputConfig: first['output_config'] }, facts);
  const second = withMembers(first, legacy.thinking, legacy.outputConfig);
  const adaptive = thinksAdaptively(facts) ? ok(second) : fromAdaptive(second, model, facts);
  return adaptive.ok ? ok(withoutUnfitTemperature(adaptive.value, facts)) : adaptive;
}

/** The client's own `thinking` and `output_config` take precedence over the effort; a budget that does not fit is left out. */
function fromEffort(members: JsonObject, model: string, facts: ModelFacts | undefined): Outcome<JsonObject> {
  if (members['reasoning_effort'] === undefined) return ok(members);
  const { reasoning_effort: effort, ...rest } = members;
  if (typeof effort !== 'string') return ok(rest);
  const mapped = fromReasoningEffort(effort, facts);
  if (!mapped.ok) return mapped;
  if (mapped.value?.thinking === undefined) return ok(without(rest, new Set(['thinking', 'output_config'])));
  const thinking = capBudget(mapped.value.thinking, rest['max_tokens']);
  if (thinking === undefined) return ok(rest);
  const own = isObject(rest['output_config']) ? rest['output_config'] : {};
  const { outputConfig } = mapped.value;
  const refused = isObject(outputConfig) ? refuseEffort(outputConfig['effort'], model, facts) : undefined;
  if (refused !== undefined) return badRequest('reasoning_effort', refused);
  const config = isObject(outputConfig) ? { ...outputConfig, ...own } : rest['output_config'];
  return ok(withMembers(rest, rest['thinking'] ?? thinking, config));
}

/** `thinking: adaptive` and efforts for a model that supports neither, or only efforts: a budget, or nothing if none fits. */
function fromAdaptive(members: JsonObject, model: string, facts: ModelFacts | undefined): Outcome<JsonObject> {
  const { thinking, output_config: config } = members;
  const effort = isObject(config) ? (config['effort'] ?? undefined) : undefined;
  const isAdaptive = isObject(thinking) && thinking['type'] === 'adaptive';
  if (effort === undefined && !isAdaptive) return ok(members);
  if (takesEffort(facts) && (!isAdaptive || refuseEffort(effort, model, facts) === undefined)) {
    return ok(isAdaptive ? without(members, new Set(['thinking'])) : members);
  }
  const mapped = facts?.supports.has('reasoning') === true ? fromReasoningEffort(effort ?? 'medium', facts) : ok(undefined);
  if (!mapped.ok) return mapped;
  return ok(withMembers(members, capBudget(mapped.value?.thinking, members['max_tokens']), withoutEffort(config)));
}

/** An output config without its effort; undefined if nothing else is in it. */
function withoutEffort(config: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(config) || (config['effort'] ?? undefined) === undefined) return config;
  const rest = without(config, new Set(['effort']));
  return Object.keys(rest).length > 0 ? rest : undefined;
}

/** With requested thinking the provider only accepts a temperature of 1, so any other is removed. Adaptive models need no such help. */
function withoutUnfitTemperature(members: JsonObject, facts: ModelFacts | undefined): JsonObject {
  const { temperature, thinking, output_config: config } = members;
  if (thinksAdaptively(facts) || temperature === undefined || temperature === 1) return members;
  const thinks = isEnabled(thinking) || (isObject(config) && config['effort'] !== undefined && config['effort'] !== null);
  return thinks ? without(members, new Set(['temperature'])) : members;
}

function toHistory(messages: readonly JsonValue[], tools: JsonValue | undefined): readonly JsonValue[] {
  const advised = isArray(tools) && tools.some((tool) => isObject(tool) && tool['type'] === ADVISOR_TYPE);
  return cleanHistory(advised ? messages : withoutAdvice(messages));
}

/** Metadata reduced to the user's id; the same object if it holds nothing else. */
export function onlyUserId(metadata: JsonObject): JsonObject {
  const { user_id: userId } = metadata;
  if (userId === undefined || userId === null) return {};
  return Object.keys(metadata).length === 1 ? metadata : { user_id: userId };
}

function withMembers(members: JsonObject, thinking: JsonValue | undefined, config: JsonValue | undefined): JsonObject {
  if (members['thinking'] === thinking && members['output_config'] === config) return members;
  const rest = without(members, new Set(['thinking', 'output_config']));
  return { ...rest, ...(thinking !== undefined && { thinking }), ...(config !== undefined && { output_config: config }) };
}

function without(members: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.has(name)));
}
