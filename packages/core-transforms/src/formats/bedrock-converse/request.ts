import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Headers } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { applyParams, type AppliedParams } from '../../params/apply-params.ts';
import { dropPath, isNestedPath } from '../../params/drop-path.ts';
import { normalizeParams } from '../../params/normalize-params.ts';
import { readMessages } from '../anthropic-messages/convert-messages.ts';
import { injectMarks, toolMark } from '../anthropic-messages/inject-marks.ts';
import { readExtraHeaders } from '../../params/extra-headers.ts';
import { placeSystem, splitLeadingSystem } from '../anthropic-messages/place-system.ts';
import { isEnabled, thinksAdaptively } from '../anthropic-messages/thinking.ts';
import { blocksOf, isArray } from '../anthropic-messages/types.ts';
import { knownBetas } from './betas.ts';
import { cacheMarker, type MarkCache } from './cache-points.ts';
import { toSystemBlocks, toTurns } from './convert-messages.ts';
import { guardLastWords, tellCallsAsText } from './fit-messages.ts';
import { mapParams, thinks, type ConverseParams } from './map-params.ts';
import { isClaude } from './model-id.ts';
import { chooseTool, prepareTools } from './prepare-tools.ts';
import { asksForJsonTool, toJsonTool } from './response-format.ts';
import type { ConverseTools } from './types.ts';
import { childId } from '../../text/child-id.ts';

const NO_HEADERS: Headers = {};
const GROUNDING_TOOL: JsonObject = { systemTool: { name: 'nova_grounding' } };
const FORCED_JSON: JsonObject = { tool: { name: 'json_tool_call' } };
const COMPUTER_BETAS: readonly (readonly [model: RegExp, beta: string])[] = [
  [/opus[-_]4[-._][567]|sonnet[-_]4[-._]6/u, 'computer-use-2025-11-24'],
  [/(?:sonnet|haiku)[-_]4[-._]5|sonnet[-_]4|opus[-_]4|sonnet[-_]3[-._]7/u, 'computer-use-2025-01-24'],
];

/**
 * A chat request → a body for `converse` and `converse-stream`.
 *
 * in:     the hub's request; betas from the client's and the deployment's headers are put into the body, where Converse expects them.
 * errors: `bad-request` and `unsupported-params` in the reference's words; `declined` for media that has to be fetched.
 * source: LiteLLM 1.106.2, llms/bedrock/chat/converse_transformation.py `_transform_request`, read 2026-11-23.
 */
export function toConverseBody(chat: JsonObject, plan: Plan, ambient: Ambient, clientHeaders: Headers = NO_HEADERS): Outcome<JsonObject> {
  const asked = { ...plan.settings.defaults, ...chat };
  const request = normalizeParams(asked, plan);
  if (!request.ok) return request;
  const given = readMessages(injectMarks(request.value));
  if (!given.ok) return given;
  const applied = applyParams(request.value, plan);
  if (!applied.ok) return applied;
  const called: Plan = { ...plan, settings: { ...plan.settings, ...applied.value.choice } };
  const mark = cacheMarker(plan);
  const params = readParams(applied.value, called);
  if (!params.ok) return params;
  const tools = toTools(params.value, called, mark, toolMark(asked));
  if (!tools.ok) return tools;
  const { mapped } = params.value;
  const [leading, rest] = splitLeadingSystem(given.value);
  const placed = placeSystem(rest, false);
  const guarded = mapped.members['guardrailConfig'] !== undefined;
  const told = hasTools(params.value.params) ? placed : tellCallsAsText(placed, guarded);
  const turns = toTurns(guarded ? guardLastWords(told) : told, {
    mark,
    mends: plan.settings.modifyParams,
    resultId: childId('call_', ambient.callId),
  });
  if (!turns.ok) return turns;
  const system = toSystemBlocks(leading, mark);
  const betas = knownBetas({ ...clientHeaders, ...readExtraHeaders(chat), ...plan.settings.extraHeaders }['anthropic-beta']);
  const additional = toAdditional(mapped, tools.value, betas, plan, given.value);
  return ok(
    {
      messages: turns.value,
      inferenceConfig: mapped.inference,
      ...(Object.keys(additional).length > 0 && { additionalModelRequestFields: additional }),
      // Converse does not count thinking itself: the model's own count has to be requested.
      ...(additional['thinking'] !== undefined && { additionalModelResponseFieldPaths: ['/usage/output_tokens_details'] }),
      ...(system.length > 0 && { system }),
      ...mapped.members,
      ...(tools.value.config !== undefined && { toolConfig: tools.value.config }),
    },
    applied.notes,
  );
}

interface ReadParams {
  readonly params: JsonObject;
  readonly mapped: ConverseParams;
}

function readParams({ params, extraBody, choice }: AppliedParams, plan: Plan): Outcome<ReadParams> {
  // The reference does not merge `extra_body` here: the model gets it as a member.
  const all: JsonObject = { ...params, ...(Object.keys(extraBody).length > 0 && { extra_body: extraBody }) };
  const kept = choice.additionalDropParams.filter(isNestedPath).reduce(dropPath, all);
  const mapped = mapParams(kept, plan);
  return mapped.ok ? ok({ params: kept, mapped: mapped.value }) : mapped;
}

interface PreparedTools extends ConverseTools {
  readonly config: JsonObject | undefined;
  readonly isEager: boolean;
}

function toTools({ params, mapped }: ReadParams, plan: Plan, mark: MarkCache, control: JsonValue | undefined): Outcome<PreparedTools> {
  const { tools: given, web_search_options: search, response_format: format } = params;
  const needsJson = asksForJsonTool(format, plan);
  const grounds = isObject(search) && plan.model.toLowerCase().includes('nova');
  const asked = isArray(given) ? given : [];
  const all = [...(needsJson ? [toJsonTool(format)] : []), ...asked, ...(grounds ? [GROUNDING_TOOL] : [])];
  const prepared = prepareTools(given === undefined || isArray(given) ? all : given, plan, mark);
  if (!prepared.ok) return prepared;
  const chosen = chooseTool(params['tool_choice'], plan);
  if (!chosen.ok) return chosen;
  const { tools, computerTools } = prepared.value;
  const wished = needsJson && forcesJson(params, plan) ? FORCED_JSON : undefined;
  const choice = relax(chosen.value ?? wished, mapped);
  const marked = control === undefined || tools.length === 0 ? tools : [...tools, ...mark({ cache_control: control })];
  return ok({
    tools,
    computerTools,
    config: tools.length === 0 ? undefined : { tools: marked, ...(choice !== undefined && { toolChoice: choice }) },
    isEager: asked.some((tool) => isObject(tool) && isEager(tool)),
  });
}

/** A model that thinks cannot be forced to call a tool. */
function relax(choice: JsonObject | undefined, mapped: ConverseParams): JsonObject | undefined {
  const forces = choice !== undefined && (choice['any'] !== undefined || choice['tool'] !== undefined);
  return forces && thinks(mapped) ? { auto: {} } : choice;
}

function forcesJson(params: JsonObject, { facts }: Plan): boolean {
  const asksToThink = isEnabled(params['thinking']) || params['reasoning_effort'] !== undefined;
  return facts?.supports.has('tool_choice') === true && !asksToThink && facts.denies.has('forced_tool_use') !== true;
}

function toAdditional(
  { additional }: ConverseParams,
  { computerTools, config, isEager: eager }: PreparedTools,
  given: readonly string[],
  plan: Plan,
  messages: readonly JsonObject[],
): JsonObject {
  const { tool_choice: parallel, thinking, ...rest } = additional;
  const { type: _type, ...choice } = isObject(parallel) ? parallel : {};
  const shownChoice = config?.['toolChoice'] === undefined ? parallel : choice;
  const kept = plan.settings.modifyParams && lacksThinking(messages) ? undefined : thinking;
  const fields: JsonObject = {
    ...rest,
    ...(kept !== undefined && { thinking: kept }),
    ...(shownChoice !== undefined && parallel !== undefined && { tool_choice: shownChoice }),
    ...(computerTools.length > 0 && { tools: computerTools }),
  };
  if (!isClaude(plan)) return fields;
  const betas = toBetas(fields, given, computerTools.length > 0, eager, plan);
  return betas.length > 0 ? { ...fields, anthropic_beta: betas } : fields;
}

function toBetas(fields: JsonObject, given: readonly string[], computes: boolean, eager: boolean, plan: Plan): readonly string[] {
  const { output_config: config, context_management: context } = fields;
  const name = plan.model.toLowerCase();
  const effort = isObject(config) ? config['effort'] : undefined;
  return [
    ...new Set([
      ...given,
      ...(eager ? ['fine-grained-tool-streaming-2025-05-14'] : []),
      ...(computes ? [COMPUTER_BETAS.find(([model]) => model.test(name))?.[1] ?? 'computer-use-2024-10-22'] : []),
      ...(effort !== undefined && effort !== null && !thinksAdaptively(plan.facts) ? ['effort-2025-11-24'] : []),
      ...(context === undefined ? [] : ['compact-2026-01-12']),
    ]),
  ];
}

/** Whether calls in the history lack the thinking that led to them: then the provider refuses thinking. */
function lacksThinking(messages: readonly JsonObject[]): boolean {
  const assistants = messages.filter((message) => message['role'] === 'assistant');
  return (
    assistants.some((message) => message['tool_calls'] !== undefined) &&
    !assistants.some((message) => blocksOf(message['thinking_blocks']).length > 0)
  );
}

function hasTools(params: JsonObject): boolean {
  return isFilled(params['tools']);
}

function isFilled(value: JsonValue | undefined): boolean {
  return isArray(value) && value.length > 0;
}

function isEager(tool: JsonObject): boolean {
  const definition = tool['function'];
  return tool['eager_input_streaming'] === true || (isObject(definition) && definition['eager_input_streaming'] === true);
}
