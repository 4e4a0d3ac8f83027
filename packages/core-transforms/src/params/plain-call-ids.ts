import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { Plan } from '../contract/plan.ts';
import { isObject } from '../json/is-object.ts';

/** Joins the id of a tool call and the signature of the thought behind it, so that clients of OpenAI's API send both back to Gemini. */
export const SIGNATURE_SEPARATOR = '__thought__';

/**
 * Messages with plain ids of tool calls: only Gemini understands the signatures in ids, which for other models are too long.
 *
 * out:    the very same value where nothing had to change.
 * source: LiteLLM 1.106.2, utils.py `_remove_thought_signatures_from_messages`, read 2026-11-29.
 */
export function withPlainCallIds(messages: JsonValue | undefined, plan: Plan): JsonValue | undefined {
  if (!Array.isArray(messages)) return messages;
  const list: readonly JsonValue[] = messages;
  if (!list.some(isSigned) || readsSignatures(plan)) return messages;
  return list.map((message) => (isSigned(message) ? withoutSignatures(message) : message));
}

/** Gemini reads signatures in ids on every host. */
function readsSignatures({ provider, model }: Plan): boolean {
  return provider.format === 'gemini-generate' || /gemini/iu.test(model);
}

function isSigned(message: JsonValue): message is JsonObject {
  if (!isObject(message)) return false;
  const { role, tool_call_id: id, tool_calls: calls } = message;
  if (role === 'tool') return holdsSignature(id);
  return role === 'assistant' && Array.isArray(calls) && calls.some((call: JsonValue) => isObject(call) && holdsSignature(call['id']));
}

function withoutSignatures(message: JsonObject): JsonObject {
  const { tool_call_id: id, tool_calls: calls } = message;
  if (message['role'] === 'tool') return { ...message, tool_call_id: plainId(id) };
  if (!Array.isArray(calls)) return message;
  return { ...message, tool_calls: calls.map((call: JsonValue) => (isObject(call) ? { ...call, id: plainId(call['id']) } : call)) };
}

function holdsSignature(id: JsonValue | undefined): boolean {
  return typeof id === 'string' && id.includes(SIGNATURE_SEPARATOR);
}

function plainId(id: JsonValue | undefined): JsonValue {
  return typeof id === 'string' ? (id.split(SIGNATURE_SEPARATOR, 1)[0] ?? '') : (id ?? null);
}
