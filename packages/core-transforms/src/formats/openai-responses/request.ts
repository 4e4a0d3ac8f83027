import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { applyParams } from '../../params/apply-params.ts';
import { normalizeParams } from '../../params/normalize-params.ts';
import { convertMessages as fitMessages } from '../openai-chat/convert-messages.ts';
import { convertMessages } from './convert-messages.ts';
import { toProviderBody } from './native-request.ts';
import { prepareToolChoice, prepareTools } from './prepare-tools.ts';
import { RESPONSE_PARAMS } from './response-params.ts';
import { isSaid } from '../openai-chat/types.ts';

const USER_CHARACTERS_MAX = 64;

/**
 * A chat request → the body for a provider of the responses API.
 *
 * in:     the client's or the hub's chat request.
 * out:    the parameters that the model accepts, by this API's names; those without a name here are left out.
 * errors: those of chat's parameters, and those of this API's.
 * source: LiteLLM 1.106.2, completion_extras/litellm_responses_transformation/transformation.py, read 2026-11-23.
 */
export function toResponsesBody(chat: JsonObject, plan: Plan): Outcome<JsonObject> {
  const normalized = normalizeParams({ ...plan.settings.defaults, ...chat }, plan);
  if (!normalized.ok) return normalized;
  const messages = fitMessages(normalized.value['messages'], {
    developerRole: true,
    toolImages: true,
    userParts: false,
    remoteFiles: true,
    unnamedFiles: false,
  });
  if (!messages.ok) return messages;
  const conversation = convertMessages(messages.value);
  if (!conversation.ok) return conversation;
  const applied = applyParams(normalized.value, plan);
  if (!applied.ok) return applied;
  const { params, extraBody, choice } = applied.value;
  const asked: JsonObject = {
    ...toResponseParams({ ...params, ...ownMembers(extraBody) }),
    input: conversation.value.input,
    ...(conversation.value.instructions !== undefined && { instructions: conversation.value.instructions }),
    ...(plan.stream ? { stream: true } : plan.dialect === 'openai-chat' && { stream: false }),
  };
  const bare: Plan = { ...plan, settings: { ...plan.settings, ...choice, defaults: {} } };
  const body = toProviderBody(asked, bare);
  return body.ok ? ok(body.value, [...applied.notes, ...body.notes]) : body;
}

/** The members of `extra_body` that this API has; others are dropped. */
function ownMembers(extraBody: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(extraBody).filter(([name]) => RESPONSE_PARAMS.has(name) || name === 'reasoning_effort'));
}

function toResponseParams(params: JsonObject): JsonObject {
  const { reasoning_effort: effort, user } = params;
  const limit = params['max_completion_tokens'] ?? params['max_tokens'];
  const tools = prepareTools(params['tools'], params['web_search_options']);
  const choice = prepareToolChoice(params['tool_choice']);
  const text = { ...toTextFormat(params['response_format']), ...(isSaid(params['verbosity']) && { verbosity: params['verbosity'] }) };
  const same = Object.entries(params).filter(([name]) => RESPONSE_PARAMS.has(name) && name !== 'tools' && name !== 'tool_choice');
  return {
    ...Object.fromEntries(same),
    ...(isSaid(limit) && { max_output_tokens: limit }),
    ...(tools !== undefined && { tools }),
    ...(isSaid(choice) && { tool_choice: choice }),
    ...(Object.keys(text).length > 0 && { text: { ...(isObject(params['text']) && params['text']), ...text } }),
    ...(isSaid(effort) && { reasoning: toReasoning(effort, params['reasoning_summary'] ?? params['reasoningSummary']) }),
    ...(typeof user === 'string' && { user: user.slice(0, USER_CHARACTERS_MAX) }),
  };
}

function toReasoning(effort: JsonValue, summary: JsonValue | undefined): JsonObject {
  return { ...(isObject(effort) ? effort : { effort }), ...(isSaid(summary) && { summary }) };
}

function toTextFormat(format: JsonValue | undefined): JsonObject {
  if (!isObject(format)) return {};
  const { type, json_schema: given } = format;
  if (type === 'json_object' || type === 'text') return { format: { type } };
  if (type !== 'json_schema') return {};
  const { name = 'response_schema', schema = {}, strict = false } = isObject(given) ? given : {};
  return { format: { type, name, schema, strict } };
}
