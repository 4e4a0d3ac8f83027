import type { CallTransform } from '../../contract/call-transform.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderFormat } from '../../contract/provider-format.ts';
import { isObject } from '../../json/is-object.ts';
import { holdsFor } from '../../params/model-condition.ts';
import { perPlan } from '../../params/per-plan.ts';
import { isSaid, objectsIn } from '../openai-chat/types.ts';
import { openaiResponsesFormat } from './format.ts';

/** The prefix by which a model's name asks for the responses API. */
const ROUTE_PREFIX = 'responses/';

/** OpenAI's reasoning models, except those for search, which accept neither tools nor efforts. */
const REASONING_SERIES = /^(?!(?:.*\/)?[^/]*gpt-5-chat)(?!.*gpt-5.*search)(?!.*search.*gpt-5).*gpt-[56]/u;

/** Those that accept no functions on the chat API while they reason. */
const FUNCTIONS_NEED_RESPONSES = /^(?:.*\/)?gpt-(?:5\.(?:[4-9]|\d{2,})|[6-9]|\d{2,})(?=[.-]|$)/u;

/**
 * Whether a chat call can only be served through the provider's responses API.
 *
 * source: LiteLLM 1.106.2, main.py `responses_api_bridge_check`, read 2026-11-23.
 */
export function needsResponses(chat: JsonObject, plan: Plan): boolean {
  const { rules, isAlways, isReasoning } = bridgeOf(plan);
  if (rules === undefined) return false;
  if (isAlways) return true;
  if (rules.needsFor === undefined && !isReasoning) return false;
  const { provider, model, settings } = plan;
  const asked = (name: string): JsonValue | undefined => chat[name] ?? settings.defaults[name];
  if (rules.needsFor?.some((name) => isSaid(asked(name))) === true) return true;
  if (rules.reasoningHosts === undefined || !isReasoning) return false;
  const effort = asked('reasoning_effort');
  if (isSaid(effort) && isSaid(readSummary(chat))) return true;
  if (!FUNCTIONS_NEED_RESPONSES.test(model) || !objectsIn(asked('tools')).some(isFunction) || !reasons(effort, plan)) return false;
  return isSaid(effort) || rules.reasoningHosts.test(plan.apiBase ?? provider.baseUrl ?? '');
}

/** The row's rule for it, if its condition is met, and whether the model's name asks for it. */
const bridgeOf = perPlan((plan) => {
  const rules = plan.provider.responses?.chat;
  return {
    rules: rules !== undefined && holdsFor(rules.when, plan) ? rules : undefined,
    isAlways: plan.facts?.mode === 'responses' || plan.model.startsWith(ROUTE_PREFIX),
    isReasoning: REASONING_SERIES.test(plan.model),
  };
});

/** A provider's chat format, except for calls that need its responses API. */
export function withResponsesBridge(format: ProviderFormat): ProviderFormat {
  const choose = (chat: JsonObject, plan: Plan): ProviderFormat => (needsResponses(chat, plan) ? openaiResponsesFormat : format);
  return {
    ...format,
    endpoint: (plan, body, headers, chat) => choose(chat, plan).endpoint(plan, body, headers, chat),
    request: (chat, plan, ambient, headers) => choose(chat, plan).request(chat, plan, ambient, headers),
    response: (answer, plan, ambient, chat) => choose(chat, plan).response(answer, plan, ambient, chat),
    stream: (plan, chat) => choose(chat, plan).stream(plan, chat),
    events: (plan, chat) => choose(chat, plan).events?.(plan, chat),
  };
}

/** The same for a client that speaks chat too: `bridged` serves the calls that need the responses API. */
export function withNativeBridge(native: CallTransform, bridged: CallTransform): CallTransform {
  const choose = (chat: JsonObject, plan: Plan): CallTransform => (needsResponses(chat, plan) ? bridged : native);
  return {
    ...native,
    request: (call, plan, ambient) => choose(call.body.value, plan).request(call, plan, ambient),
    response: (answer, call, plan, ambient) => choose(call.body.value, plan).response(answer, call, plan, ambient),
    stream: (call, plan) => choose(call.body.value, plan).stream(call, plan),
  };
}

function readSummary(chat: JsonObject): JsonValue | undefined {
  const extra = isObject(chat['extra_body']) ? chat['extra_body'] : {};
  return chat['reasoningSummary'] ?? chat['reasoning_summary'] ?? extra['reasoningSummary'] ?? extra['reasoning_summary'];
}

function isFunction({ type, name, function: definition }: JsonObject): boolean {
  return type === 'function' && (isObject(definition) || name !== undefined);
}

/** Whether the model reasons for this effort. One that refuses `none` always does. */
function reasons(effort: JsonValue | undefined, { facts }: Plan): boolean {
  const level = isObject(effort) ? effort['effort'] : effort;
  return level !== 'none' || (isObject(effort) && isSaid(effort['summary'])) || facts?.denies.has('none_reasoning_effort') === true;
}
