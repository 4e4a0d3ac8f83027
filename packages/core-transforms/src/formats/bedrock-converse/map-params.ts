import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { badRequest } from '../anthropic-messages/errors.ts';
import { keepsSampling, toContextManagement } from '../anthropic-messages/map-params.ts';
import { isEnabled, keepsThinking, takesEffort } from '../anthropic-messages/thinking.ts';
import { isArray } from '../anthropic-messages/types.ts';
import { baseModel, isClaude, modelRows } from './model-id.ts';
import { fromOutputFormat, toOutputConfig } from './response-format.ts';
import { checkEffort, mapThinking, withRoom } from './thinking.ts';

/** What a request's parameters become, each part for its place in the body. */
export interface ConverseParams {
  readonly inference: JsonObject;
  /** `additionalModelRequestFields`, in the words of the model's own API. */
  readonly additional: JsonObject;
  /** Members of the body itself. */
  readonly members: JsonObject;
}

/** Parameters with a place of their own, here or with the tools; all others are the model's own. */
const MAPPED: ReadonlySet<string> = new Set(
  (
    'stop temperature top_p max_tokens max_completion_tokens tools tool_choice parallel_tool_calls response_format user stream_options ' +
    'web_search_options context_management thinking reasoning_effort output_config service_tier maxTokens stopSequences topP topK top_k ' +
    'guardrailConfig performanceConfig serviceTier requestMetadata outputConfig model_id client_metadata ' +
    'skip_mcp_handler mcp_handler_context fake_stream json_mode'
  ).split(' '),
);

const OPENAI_TOKENS_MIN = 16;
/** OpenAI's own models, and others served the same way, take no lower limit. */
const OPENAI_LIKE = /openai\.gpt-\d|xai\.grok-/u;
const TIERS: Readonly<Record<string, string>> = { auto: 'default', default: 'default', flex: 'flex', priority: 'priority' };
const METADATA_ENTRIES_MAX = 16;
const METADATA_KEY = /^[a-zA-Z0-9\s:_@$#=/+,.-]{1,256}$/u;
const METADATA_VALUE = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/u;
const COMPACTION = 'compact_20260112';

/**
 * OpenAI's parameters, already reduced to those that pass, as the provider's.
 *
 * in:     parameters by OpenAI's names, the provider's own among them.
 * errors: `bad-request` for a value that cannot be mapped; `unsupported-params` for one the model does not take.
 * source: LiteLLM 1.106.2, converse_transformation.py `map_openai_params` and `_prepare_request_params`, read 2026-11-23.
 */
export function mapParams(params: JsonObject, plan: Plan): Outcome<ConverseParams> {
  const sampled = mapSampling(params, plan);
  if (!sampled.ok) return sampled;
  const thought = mapThinking(params, plan);
  if (!thought.ok) return thought;
  const metadata = checkMetadata(params['requestMetadata']);
  if (metadata !== undefined) return badRequest('requestMetadata', metadata);
  const { output_config: config, thinking: given, ...effort } = thought.value;
  const { thinking, maxTokens } = withRoom(given, params, plan);
  const output = toAnthropicOutput(config, plan);
  if (!output.ok) return output;
  const limit = maxTokens ?? tokenLimit(params['max_completion_tokens'] ?? params['max_tokens'], plan) ?? params['maxTokens'];
  const context = isClaude(plan) ? onlyCompactions(params['context_management']) : undefined;
  const { topK, ...sampling } = sampled.value;
  return ok({
    inference: {
      ...pick(params, ['stopSequences', 'topP']),
      ...sampling,
      ...(limit !== undefined && { maxTokens: limit }),
      ...toStops(params['stop']),
    },
    additional: {
      ...Object.fromEntries(Object.entries(params).filter(([name]) => !MAPPED.has(name))),
      ...effort,
      ...(thinking !== undefined && keepsThinking(thinking, plan.facts) && { thinking }),
      ...(context !== undefined && { context_management: context }),
      ...parallelUse(params['parallel_tool_calls'], plan),
      ...(topK !== undefined && (isClaude(plan) ? { top_k: topK } : { inferenceConfig: { topK } })),
      ...(output.value !== undefined && { output_config: output.value }),
    },
    members: toMembers(params, config, plan),
  });
}

/** Whether the model is asked to think, so that it cannot be forced to call a tool. */
export function thinks({ additional }: ConverseParams): boolean {
  return isEnabled(additional['thinking']) || additional['reasoning_effort'] !== undefined;
}

function toMembers(params: JsonObject, config: JsonValue | undefined, plan: Plan): JsonObject {
  const { service_tier: tier, requestMetadata } = params;
  const format = isObject(config) ? config['format'] : undefined;
  const fallback = isObject(format) && isClaude(plan) ? fromOutputFormat(format, plan) : undefined;
  const outputConfig = toOutputConfig(params['response_format'], plan) ?? params['outputConfig'] ?? fallback;
  const type = typeof tier === 'string' ? TIERS[tier] : undefined;
  return {
    ...pick(params, ['guardrailConfig', 'performanceConfig', 'serviceTier']),
    ...(type !== undefined && { serviceTier: { type } }),
    ...(requestMetadata !== undefined && { requestMetadata }),
    ...(outputConfig !== undefined && { outputConfig }),
  };
}

/** Anthropic's models have rules of their own for sampling; others may have none at all. */
function mapSampling(params: JsonObject, plan: Plan): Outcome<JsonObject> {
  const names = { temperature: 'temperature', top_p: 'topP' } as const;
  const members: Record<string, JsonValue> = {};
  for (const name of ['temperature', 'top_p'] as const) {
    const value = params[name];
    if (value === undefined) continue;
    const kept = isClaude(plan) ? keepsSampling(name, value, plan) : ok(true);
    if (!kept.ok) return kept;
    if (kept.value) members[names[name]] = value;
  }
  const topK = params['topK'] ?? params['top_k'];
  if (topK === undefined) return ok(members);
  const kept = isClaude(plan) ? keepsSampling('top_k', topK, plan) : ok(baseModel(plan).startsWith('amazon.nova'));
  if (!kept.ok) return kept;
  return ok(kept.value ? { ...members, topK } : members);
}

function tokenLimit(limit: JsonValue | undefined, { model }: Plan): JsonValue | undefined {
  return typeof limit === 'number' && OPENAI_LIKE.test(model) ? Math.max(limit, OPENAI_TOKENS_MIN) : limit;
}

function toStops(stop: JsonValue | undefined): JsonObject {
  if (stop === undefined || stop === '') return {};
  return { stopSequences: typeof stop === 'string' ? [stop] : stop };
}

function parallelUse(parallel: JsonValue | undefined, plan: Plan): JsonObject {
  if (parallel === undefined || !modelRows(plan).some(({ has }) => has.has('parallel_tool_use_config'))) return {};
  return { tool_choice: { type: 'auto', disable_parallel_tool_use: parallel === false } };
}

/** Of `context_management` Converse only knows compaction. */
function onlyCompactions(given: JsonValue | undefined): JsonObject | undefined {
  const management = toContextManagement(given);
  const edits = isArray(management?.['edits']) ? management['edits'].filter((edit) => isObject(edit) && edit['type'] === COMPACTION) : [];
  return edits.length > 0 ? { ...management, edits } : undefined;
}

/** Anthropic's `output_config` without the format, which has a place of its own. */
function toAnthropicOutput(config: JsonValue | undefined, plan: Plan): Outcome<JsonObject | undefined> {
  if (!isObject(config)) return ok(undefined);
  const { format: _format, ...rest } = config;
  if (Object.keys(rest).length === 0) return ok(undefined);
  if (plan.model.includes(':application-inference-profile/')) return ok(rest);
  if (!isClaude(plan) || (plan.settings.dropParams && !takesEffort(plan.facts))) return ok(undefined);
  const refused = checkEffort(rest['effort'], plan);
  return refused === undefined ? ok(rest) : badRequest('output_config.effort', refused);
}

/** What is wrong with `requestMetadata`, in the provider's limits; undefined when nothing is. */
function checkMetadata(metadata: JsonValue | undefined): string | undefined {
  if (metadata === undefined) return undefined;
  if (!isObject(metadata)) return 'requestMetadata must be a dictionary';
  const entries = Object.entries(metadata);
  if (entries.length > METADATA_ENTRIES_MAX) return `requestMetadata can contain a maximum of ${METADATA_ENTRIES_MAX} items`;
  for (const [key, value] of entries) {
    if (typeof value !== 'string') return 'requestMetadata values must be strings';
    if (!METADATA_KEY.test(key))
      return `requestMetadata key '${key}' is longer than 256 characters, empty, or has other characters than these: [a-zA-Z0-9\\s:_@$#=/+,.-]`;
    if (!METADATA_VALUE.test(value))
      return `requestMetadata value '${value}' is longer than 256 characters or has other characters than these: [a-zA-Z0-9\\s:_@$#=/+,.-]`;
  }
  return undefined;
}

function pick(params: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (params[name] === undefined ? [] : [[name, params[name]]])));
}
