import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { findFactRow } from '../../facts/fact-table.ts';
import { isObject } from '../../json/is-object.ts';
import { applyParams, type AppliedParams } from '../../params/apply-params.ts';
import { dropPath, isNestedPath } from '../../params/drop-path.ts';
import { normalizeParams } from '../../params/normalize-params.ts';
import { convertMessages, readMessages } from './convert-messages.ts';
import { injectMarks, toolMark } from './inject-marks.ts';
import { isPublicUserId, keepsSampling, keepsSpeed, mapParams, withoutMapped } from './map-params.ts';
import { ADVISOR_TYPE } from './prepare-tools.ts';
import { withoutAdvice } from './strip-advice.ts';
import { checkOutputConfig, keepsThinking } from './thinking.ts';
import { chooseToolNames, renameCalls, renameToolChoice, renameTools } from './tool-names.ts';
import { blocksOf, isArray, MAX_TOKENS_DEFAULT, readString, type Turn } from './types.ts';

/** The tool for a request without tools whose history has tool calls: the provider requires tools to be declared then. */
const DUMMY_TOOL: JsonObject = {
  name: 'dummy_tool',
  input_schema: { type: 'object', properties: {} },
  type: 'custom',
  description: 'This is a dummy tool call',
};

const CODE_EXECUTION_TOOL: JsonObject = { name: 'code_execution', type: 'code_execution_20250522' };

/**
 * A chat request → a body for `/v1/messages`.
 *
 * in:     the hub's request; the plan's row and facts decide which parameters pass and how the model thinks.
 * out:    the body, with `stream` if it is true. Unknown members are passed on unchanged.
 * errors: `bad-request` and `unsupported-params` in the reference's words; `declined` for media that has to be fetched.
 * source: LiteLLM 1.106.2, llms/anthropic/chat/transformation.py `transform_request`, read 2026-11-23.
 */
export function toMessagesBody(chat: JsonObject, plan: Plan, ambient: Ambient): Outcome<JsonObject> {
  const { defaults } = plan.settings;
  const asked = Object.keys(defaults).length === 0 ? chat : { ...defaults, ...chat };
  const request = normalizeParams(asked, plan);
  if (!request.ok) return request;
  const messages = readMessages(injectMarks(request.value));
  if (!messages.ok) return messages;
  const applied = applyParams(request.value, plan);
  if (!applied.ok) return applied;
  const { choice: choices } = applied.value;
  // The same object if the client chose nothing.
  const called: Plan = choices === plan.settings ? plan : { ...plan, settings: { ...plan.settings, ...choices } };
  const params = readParams(applied.value, messages.value, called);
  if (!params.ok) return params;
  const names = chooseToolNames(toolsOf(params.value));
  const conversation = convertMessages(renameCalls(messages.value, names), {
    takesSystem: plan.facts?.supports.has('mid_conversation_system') === true,
    mends: plan.settings.modifyParams,
    callId: ambient.callId,
  });
  if (!conversation.ok) return conversation;
  const { system, turns } = conversation.value;
  const outputConfig = checkOutputConfig(params.value['output_config'], plan.model, plan.facts, choices.dropParams);
  if (!outputConfig.ok) return outputConfig;
  const tools = markTools(withCodeExecution(renameTools(toolsOf(params.value), names), turns), toolMark(asked));
  const choice = isObject(params.value['tool_choice']) ? renameToolChoice(params.value['tool_choice'], names) : undefined;
  // Filled in member by member: a spread for each optional one would cost as much as everything else here.
  const body: Record<string, JsonValue | undefined> = { model: plan.model, max_tokens: params.value['max_tokens'] ?? tokensMax(plan) };
  for (const name in params.value) body[name] = params.value[name];
  if (system.length > 0) body['system'] = system;
  body['messages'] = tools.some((tool) => tool['type'] === ADVISOR_TYPE) ? turns : withoutAdvice(turns);
  if (params.value['tools'] !== undefined || tools.length > 0) body['tools'] = tools;
  if (choice !== undefined) body['tool_choice'] = choice;
  const metadata = toMetadata(request.value, params.value);
  if (metadata !== undefined || 'metadata' in body) body['metadata'] = metadata;
  if (outputConfig.value !== undefined || 'output_config' in body) body['output_config'] = outputConfig.value;
  if (plan.stream || 'stream' in body) body['stream'] = plan.stream ? true : undefined;
  return ok(body, applied.notes);
}

/**
 * The maximum of tokens of an answer if the client sets none. Like the reference, this looks the table up by the exact name only, not by an
 * inferred one.
 */
export function tokensMax({ model }: Plan): number {
  return findFactRow(model)?.outputTokensMax ?? MAX_TOKENS_DEFAULT;
}

const NO_MEMBERS: JsonObject = {};

/** The parameters as the provider's members, unknown ones included. `plan` has the call's own settings for dropping parameters. */
function readParams(applied: AppliedParams, messages: readonly JsonObject[], plan: Plan): Outcome<JsonObject> {
  const mapped = mapParams(applied.params, plan);
  if (!mapped.ok) return mapped;
  const unmapped = withoutMapped(applied.params);
  if (unmapped === undefined && Object.keys(applied.extraBody).length === 0 && applied.choice.additionalDropParams.length === 0)
    return ok(withDummyTool(dropUnfitThinking(mapped.value, messages, plan), messages));
  const { top_k: topK, speed, ...others } = unmapped ?? NO_MEMBERS;
  const samples = topK === undefined ? ok(false) : keepsSampling('top_k', topK, plan);
  if (!samples.ok) return samples;
  const fast = speed === undefined ? ok(false) : keepsSpeed(speed, plan);
  if (!fast.ok) return fast;
  const members: JsonObject = {
    ...mapped.value,
    ...others,
    ...(samples.value && { top_k: topK }),
    ...(fast.value && { speed }),
    ...placeExtra(applied.extraBody, plan),
  };
  const kept = applied.choice.additionalDropParams.filter(isNestedPath).reduce(dropPath, members);
  return ok(withDummyTool(dropUnfitThinking(kept, messages, plan), messages));
}

/** The reference does not merge `extra_body`: the provider gets it as a member, unless its row says otherwise. */
function placeExtra(extra: JsonObject, { provider }: Plan): JsonObject {
  if (provider.messages?.mergesExtraBody === true) return extra;
  return Object.keys(extra).length > 0 ? { extra_body: extra } : {};
}

function toolsOf(params: JsonObject): readonly JsonObject[] {
  return isArray(params['tools']) ? params['tools'].filter(isObject) : [];
}

function withDummyTool(params: JsonObject, messages: readonly JsonObject[]): JsonObject {
  if (params['tools'] !== undefined || !messages.some((message) => message['tool_calls'] !== undefined)) return params;
  return { ...params, tools: [DUMMY_TOOL] };
}

/**
 * With `modify_params`, thinking is switched off if calls in the history lack the thinking that led to them, which the provider would
 * refuse.
 */
function dropUnfitThinking(params: JsonObject, messages: readonly JsonObject[], plan: Plan): JsonObject {
  if (params['thinking'] === undefined) return params;
  const { thinking: _thinking, ...rest } = params;
  if (!keepsThinking(params['thinking'], plan.facts)) return rest;
  if (!plan.settings.modifyParams) return params;
  const assistants = messages.filter((message) => message['role'] === 'assistant');
  const calling = assistants.findLast((message) => message['tool_calls'] !== undefined);
  const unfit = calling !== undefined && !assistants.some((message) => blocksOf(message['thinking_blocks']).length > 0);
  return unfit ? rest : params;
}

function withCodeExecution(tools: readonly JsonObject[], turns: readonly Turn[]): readonly JsonObject[] {
  const uploads = turns.some((turn) => turn.content.some((block) => block.type === 'container_upload'));
  const executes = tools.some((tool) => readString(tool, 'type')?.startsWith('code_execution') === true);
  // As in the reference, only along with other tools.
  return uploads && !executes && tools.length > 0 ? [...tools, CODE_EXECUTION_TOOL] : tools;
}

/** Marks the last tool, which caches all of them. */
function markTools(tools: readonly JsonObject[], mark: JsonValue | undefined): readonly JsonObject[] {
  const last = tools.at(-1);
  return mark === undefined || last === undefined ? tools : [...tools.slice(0, -1), { ...last, cache_control: mark }];
}

/** `metadata` contains only the user's id; the one in the request's metadata takes precedence over `user`. */
function toMetadata(chat: JsonObject, params: JsonObject): JsonObject | undefined {
  const named = isObject(chat['metadata']) ? chat['metadata']['user_id'] : undefined;
  if (isPublicUserId(named)) return { user_id: named };
  const own = isObject(params['metadata']) ? params['metadata']['user_id'] : undefined;
  return own === undefined ? undefined : { user_id: own };
}
