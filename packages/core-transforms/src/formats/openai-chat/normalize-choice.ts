import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { mapStopReason } from './map-stop-reason.ts';
import { isSaid } from './types.ts';

const MESSAGE_MEMBERS: ReadonlySet<string> = new Set([
  'role',
  'content',
  'tool_calls',
  'function_call',
  'audio',
  'images',
  'annotations',
  'reasoning_content',
  'reasoning_items',
  'thinking_blocks',
  'provider_specific_fields',
]);
const CHOICE_MEMBERS: ReadonlySet<string> = new Set(['index', 'message', 'finish_reason', 'logprobs', 'provider_specific_fields']);

/** Tagged reasoning at the start of an answer, as some open models write it. */
const THINKING = /^<(?:think|thinking|budget:thinking)>([^]*?)<\/(?:think|thinking|budget:thinking)>([^]*)$/u;

/**
 * Normalises a choice of a whole answer: index, message, OpenAI's finish reason, and members unknown to OpenAI under
 * `provider_specific_fields`.
 *
 * in:     the choice, its normalised message, its index; whether members unknown to OpenAI stay in place.
 * out:    the same object if nothing had to change.
 * source: LiteLLM 1.106.2, convert_dict_to_response.py and types/utils.py `Choices`, read 2026-11-23.
 */
export function normalizeChoice(choice: JsonObject, message: JsonObject, index: number, keepsMembers: boolean): JsonObject {
  const given = reasonOf(choice, keepsMembers ? {} : message);
  const reason = mapStopReason(given);
  const strange = keepsMembers ? [] : strangeMembers(choice, CHOICE_MEMBERS);
  const same = message === choice['message'] && reason === choice['finish_reason'] && choice['index'] === index;
  if (same && strange.length === 0) return choice;
  const native = choice['finish_reason'] === '' ? '' : given;
  const gathered = gather(choice, strange, reason === native ? undefined : { native_finish_reason: native });
  return { ...gathered, index, message, finish_reason: reason };
}

/** The finish reason; with tool calls it is always `tool_calls`, whatever the provider says. */
function reasonOf({ finish_reason: given, finish_details: details }: JsonObject, message: JsonObject): string {
  const reason = typeof given === 'string' && given !== '' ? given : typeof details === 'string' ? details : 'stop';
  return reason === 'stop' && Array.isArray(message['tool_calls']) && message['tool_calls'].length > 0 ? 'tool_calls' : reason;
}

/**
 * The message of a whole answer, as a client of OpenAI's API expects it.
 *
 * in:     the message; whether reasoning and members unknown to OpenAI stay in place; a UUID for calls without an id.
 * out:    the same object if nothing had to change.
 * source: LiteLLM 1.106.2, convert_dict_to_response.py and types/utils.py `Message`, read 2026-11-23.
 */
export function normalizeMessage(given: JsonObject, keepsMembers: boolean, callId: string): JsonObject {
  const message = withImages(withRole(withCalls(given, callId)));
  if (keepsMembers) return message;
  const spoken = splitReasoning(message);
  return gather(spoken, strangeMembers(spoken, MESSAGE_MEMBERS));
}

function withRole(message: JsonObject): JsonObject {
  return typeof message['role'] === 'string' && message['role'] !== '' ? message : { ...message, role: 'assistant' };
}

/** Removes an empty list of calls; adds types and ids to calls. */
function withCalls(message: JsonObject, callId: string): JsonObject {
  if (!Array.isArray(message['tool_calls'])) return message;
  const { tool_calls: calls, ...rest } = message;
  if (calls.length === 0) return rest;
  const list: readonly JsonValue[] = calls;
  const named = list.map((call, index) => nameCall(call, index === 0 ? callId : `${callId}-${index}`));
  return named.every((call, index) => call === list[index]) ? message : { ...message, tool_calls: named };
}

function nameCall(given: JsonValue, id: string): JsonValue {
  const call = isObject(given) ? withTextArguments(given) : given;
  if (!isObject(call) || (isSaid(call['id']) && isSaid(call['type']))) return call;
  return { ...call, id: isSaid(call['id']) ? call['id'] : id, type: isSaid(call['type']) ? call['type'] : 'function' };
}

/** Arguments as JSON text: some servers send them as an object, or null for none. */
function withTextArguments(call: JsonObject): JsonObject {
  const callee = call['function'];
  const args = isObject(callee) ? callee['arguments'] : undefined;
  if (!isObject(callee) || (args !== null && !isObject(args))) return call;
  return { ...call, function: { ...callee, arguments: args === null ? '' : toPythonJson(args) } };
}

/** Numbers images. */
function withImages(message: JsonObject): JsonObject {
  if (!Array.isArray(message['images'])) return message;
  const images: readonly JsonValue[] = message['images'];
  const numbered = images.map((image, index) => (isObject(image) && image['index'] === undefined ? { ...image, index } : image));
  return numbered.every((image, index) => image === images[index]) ? message : { ...message, images: numbered };
}

/** Puts reasoning into `reasoning_content`, wherever the provider has it. */
function splitReasoning(message: JsonObject): JsonObject {
  const { content, reasoning } = message;
  if ('reasoning_content' in message) return message;
  if ('reasoning' in message) return isSaid(reasoning) ? { ...message, reasoning_content: reasoning } : message;
  const thought = typeof content === 'string' && content.startsWith('<') ? THINKING.exec(content) : null;
  if (thought === null) return message;
  return { ...message, reasoning_content: thought[1] ?? '', content: thought[2] ?? '' };
}

function strangeMembers(object: JsonObject, known: ReadonlySet<string>): readonly string[] {
  const strange: string[] = [];
  for (const name in object) if (!known.has(name) && isSaid(object[name])) strange.push(name);
  return strange;
}

function gather(object: JsonObject, strange: readonly string[], more?: JsonObject): JsonObject {
  if (strange.length === 0 && more === undefined) return object;
  const { provider_specific_fields: fields } = object;
  const kept = Object.entries(object).filter(([name]) => !strange.includes(name));
  const moved = strange.map((name) => [name, object[name]] as const);
  return {
    ...Object.fromEntries(kept),
    provider_specific_fields: { ...(isObject(fields) ? fields : {}), ...Object.fromEntries(moved), ...more },
  };
}
