import type { JsonArray, JsonObject, JsonValue } from '../contract/json.ts';
import { fail, ok, type Outcome } from '../contract/outcome.ts';
import type { Plan } from '../contract/plan.ts';
import { isObject } from '../json/is-object.ts';
import { withPlainCallIds } from './plain-call-ids.ts';

/** OpenAI takes at most this many stop sequences; the reference cuts the list for every provider. */
const STOPS_MAX = 4;
/** The thinking budget when a client says only `thinking: true`. */
const THINKING_BUDGET_DEFAULT = 2048;
const PLAIN_CHOICES: ReadonlySet<JsonValue | undefined> = new Set(['auto', 'none', 'required']);

/**
 * Brings loosely written parameters into the form that their rules expect, and ids of tool calls into one that the model takes.
 *
 * in:     a chat request.
 * out:    the same object where nothing had to change.
 * errors: `bad-request` for a `tool_choice` of no known shape.
 * source: LiteLLM 1.106.2, main.py `completion` ("VALIDATE Request") and utils.py, read 2026-11-23.
 */
export function normalizeParams(chat: JsonObject, plan: Plan): Outcome<JsonObject> {
  const choice = normalizeToolChoice(chat['tool_choice']);
  if (!choice.ok) return choice;
  const { stop, thinking } = chat;
  const messages = withPlainCallIds(chat['messages'], plan);
  if (messages === chat['messages'] && choice.value === chat['tool_choice'] && !isLoose(stop, thinking)) return ok(chat);
  const changed: Record<string, JsonValue> = {};
  if (isCut(stop)) changed['stop'] = stop.slice(0, STOPS_MAX);
  const wanted = normalizeThinking(thinking);
  if (messages !== chat['messages']) changed['messages'] = messages ?? null;
  if (wanted !== thinking) changed['thinking'] = wanted ?? null;
  if (choice.value !== chat['tool_choice']) changed['tool_choice'] = choice.value ?? null;
  return ok({ ...chat, ...changed });
}

function isLoose(stop: JsonValue | undefined, thinking: JsonValue | undefined): boolean {
  return isCut(stop) || normalizeThinking(thinking) !== thinking;
}

/** Whether there are more stop sequences than are passed on. */
export function isCut(stop: JsonValue | undefined): stop is JsonArray {
  return Array.isArray(stop) && stop.length > STOPS_MAX;
}

function normalizeToolChoice(choice: JsonValue | undefined): Outcome<JsonValue | undefined> {
  if (choice === undefined || choice === null || typeof choice === 'string') return ok(choice);
  if (isObject(choice)) {
    const { type } = choice;
    if (PLAIN_CHOICES.has(type) && !('function' in choice)) return ok(type);
    if (isPresent(type) && isPresent(choice['function'])) return ok(choice);
  }
  const message = `Invalid tool choice, tool_choice=${JSON.stringify(choice)}. Please ensure tool_choice follows the OpenAI spec`;
  return fail({ kind: 'bad-request', path: '', message });
}

function normalizeThinking(thinking: JsonValue | undefined): JsonValue | undefined {
  if (thinking === true) return { type: 'enabled', budget_tokens: THINKING_BUDGET_DEFAULT };
  if (thinking === false) return null;
  if (!isObject(thinking) || !('budgetTokens' in thinking)) return thinking;
  const { budgetTokens = null, ...rest } = thinking;
  return 'budget_tokens' in rest ? rest : { ...rest, budget_tokens: budgetTokens };
}

function isPresent(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}
