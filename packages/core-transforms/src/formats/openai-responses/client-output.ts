import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { customToolNames, namespacedNames } from './client-tools.ts';
import { isSignedBlock } from './native-history.ts';
import { parseJson } from '../../json/parse-json.ts';

const COMPLETED: ReadonlySet<JsonValue | undefined> = new Set(['stop', 'tool_calls', 'function_call']);

/** Chat's finish reason → the reason why an answer is incomplete. */
const INCOMPLETE_REASONS: Readonly<Record<string, string>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
  refusal: 'content_filter',
};

/** The client's names for a call's tools. */
export interface ToolNames {
  readonly custom: ReadonlySet<string>;
  readonly namespaced: ReadonlyMap<string, { readonly namespace: string; readonly name: string }>;
}

/** Reads these names from a client's request. */
export function readToolNames(request: JsonObject): ToolNames {
  return { custom: customToolNames(request['tools']), namespaced: namespacedNames(request['tools']) };
}

/** The status of an answer with that finish reason. */
export function toStatus(finishReason: JsonValue | undefined): 'completed' | 'incomplete' {
  if (finishReason === undefined || finishReason === null) return 'incomplete';
  return !COMPLETED.has(finishReason) && typeof finishReason === 'string' && finishReason in INCOMPLETE_REASONS
    ? 'incomplete'
    : 'completed';
}

/** Why it is incomplete; undefined if it is complete. */
export function toIncompleteDetails(finishReason: JsonValue | undefined): JsonObject | undefined {
  const reason = typeof finishReason === 'string' ? INCOMPLETE_REASONS[finishReason] : undefined;
  return reason === undefined ? undefined : { reason };
}

/**
 * A message's reasoning as an output item; undefined if there is none.
 *
 * in: the item's id; a message with `reasoning_content` or `thinking_blocks`.
 */
export function toReasoningItem(id: string, message: JsonObject, finishReason: JsonValue | undefined): JsonObject | undefined {
  const text = typeof message['reasoning_content'] === 'string' ? message['reasoning_content'] : '';
  const signed = objectsIn(message['thinking_blocks']).filter(isSignedBlock);
  if (text === '' && signed.length === 0) return undefined;
  return {
    type: 'reasoning',
    id,
    status: toStatus(finishReason),
    role: 'assistant',
    content: text === '' ? [] : [{ type: 'output_text', text, annotations: [] }],
    ...(signed.length > 0 && { encrypted_content: JSON.stringify(signed) }),
  };
}

/**
 * A message's content as output items: generated images, and text.
 *
 * in: the seed for ids; a message, and its finish reason.
 */
export function toMessageItems(idSeed: string, message: JsonObject, finishReason: JsonValue | undefined): readonly JsonObject[] {
  const images = objectsIn(message['images']).flatMap((image, index) =>
    toImageItem(`ig_${idSeed}${index === 0 ? '' : index}`, image, finishReason),
  );
  const { content } = message;
  if (typeof content !== 'string' || (content === '' && images.length > 0)) return images;
  const part = { type: 'output_text', text: content, annotations: toAnnotations(message['annotations']) };
  const role = typeof message['role'] === 'string' ? message['role'] : 'assistant';
  return [...images, { type: 'message', id: `msg_${idSeed}`, status: toStatus(finishReason), role, content: [part] }];
}

function toImageItem(id: string, { image_url: image }: JsonObject, finishReason: JsonValue | undefined): readonly JsonObject[] {
  const url = isObject(image) && typeof image['url'] === 'string' ? image['url'] : '';
  const comma = url.indexOf(',');
  const result = !url.startsWith('data:') ? url : comma === -1 ? '' : url.slice(comma + 1);
  if (result === '') return [];
  const status =
    finishReason === 'length' ? 'incomplete' : finishReason === 'content_filter' || finishReason === 'error' ? 'failed' : 'completed';
  return [{ type: 'image_generation_call', id, status, result }];
}

/** Citations of a chat message → annotations of its text. */
export function toAnnotations(annotations: JsonValue | undefined): readonly JsonObject[] {
  return objectsIn(annotations).flatMap(({ type, url_citation: citation }) => {
    if (type !== 'url_citation' || !isObject(citation)) return [];
    const { start_index: start = null, end_index: end = null, url = null, title = null } = citation;
    return [{ type, start_index: start, end_index: end, url, title }];
  });
}

/** The id of a call's item; OpenAI's begin with the kind of call. */
function toCallItemId(type: 'function_call' | 'custom_tool_call', callId: string): string {
  const prefix = type === 'function_call' ? 'fc' : 'ctc';
  return callId === '' || callId.startsWith(prefix) ? callId : `${prefix}_${callId}`;
}

/** The provider's own members of a call, such as a signature; undefined if there are none. */
export function readCallFields(call: JsonObject): JsonObject | undefined {
  const definition = isObject(call['function']) ? call['function'] : {};
  return [call['provider_specific_fields'], definition['provider_specific_fields']].find(isFilled);
}

/** A function call's item with these members; a custom tool's item cannot have them. */
export function withCallFields(item: JsonObject, fields: JsonObject | undefined): JsonObject {
  return fields === undefined || item['type'] !== 'function_call' ? item : { ...item, provider_specific_fields: fields };
}

function isFilled(value: JsonValue | undefined): value is JsonObject {
  return isObject(value) && Object.keys(value).length > 0;
}

/**
 * A tool call as an output item, with the client's name for the tool.
 *
 * in: the arguments so far; for a custom tool its input is taken out of the arguments of the function that replaced it.
 */
export function toCallItem(callId: string, name: string, args: string, status: 'in_progress' | 'completed', names: ToolNames): JsonObject {
  if (names.custom.has(name)) {
    const id = toCallItemId('custom_tool_call', callId);
    return { type: 'custom_tool_call', id, call_id: callId, name, status, input: status === 'completed' ? unwrapInput(args) : '' };
  }
  const inner = names.namespaced.get(name);
  return {
    type: 'function_call',
    id: toCallItemId('function_call', callId),
    call_id: callId,
    name: inner?.name ?? name,
    status,
    arguments: args,
    ...(inner !== undefined && { namespace: inner.namespace }),
  };
}

function unwrapInput(args: string): string {
  const parsed = parseJson(args);
  return isObject(parsed) && parsed['content'] !== undefined ? String(parsed['content']) : args;
}

/** Searches that ran at the provider, by the id of their call. */
export function searchCalls(fields: JsonValue | undefined): ReadonlyMap<string, JsonObject> {
  const found = isObject(fields) ? fields['web_search_calls'] : undefined;
  const calls = isObject(found) ? Object.values(found).filter(isObject) : objectsIn(found);
  return new Map(calls.flatMap((call) => (typeof call['id'] === 'string' ? [[call['id'].replace(/^ws_/u, ''), call] as const] : [])));
}
