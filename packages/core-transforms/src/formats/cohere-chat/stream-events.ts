import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isSaid } from '../openai-chat/types.ts';
import { toAnnotations } from './citations.ts';
import { mapStopReason } from './map-stop-reason.ts';
import { toUsage } from './parse.ts';

/** The chunk for an event that is not shown to the client. */
const SILENT: JsonObject = {};

/**
 * One event of the second version's stream → a chat completion chunk.
 *
 * out: text, calls, citations and the end; as in whole answers, no thinking or plans.
 */
export function toChunk(event: JsonObject): JsonObject {
  const { type, index, delta } = event;
  const { message, finish_reason: reason, usage, error } = isObject(delta) ? delta : {};
  const said = isObject(message) ? message : {};
  switch (type) {
    case 'content-start':
    case 'content-delta':
      return toText(said['content']);
    case 'tool-call-start':
    case 'tool-call-delta':
      return toCall(said['tool_calls'], index);
    case 'citation-start':
      return toCitation(said['citations']);
    case 'message-end':
      return toEnd(reason, toUsage(isObject(usage) ? usage['tokens'] : undefined), error);
    default:
      return isSaid(event['message']) ? { error: { message: event['message'] } } : SILENT;
  }
}

/** The chunk that ends an answer, or the error that ended it. */
export function toEnd(reason: JsonValue | undefined, usage: JsonObject | undefined, error: JsonValue | undefined): JsonObject {
  const finish = typeof reason === 'string' ? mapStopReason(reason) : undefined;
  if (finish !== undefined) return { choices: [{ index: 0, delta: {}, finish_reason: finish }], ...(usage !== undefined && { usage }) };
  const words = typeof error === 'string' && error !== '' ? error : `the answer ended with ${JSON.stringify(reason ?? null)}`;
  return { error: { message: words } };
}

/** A chunk that only adds to the answer. */
export function toDelta(delta: JsonObject): JsonObject {
  return { choices: [{ index: 0, delta }] };
}

function toText(content: JsonValue | undefined): JsonObject {
  const text = isObject(content) ? content['text'] : content;
  return typeof text === 'string' && text !== '' ? toDelta({ content: text }) : SILENT;
}

function toCall(call: JsonValue | undefined, index: JsonValue | undefined): JsonObject {
  return isObject(call) ? toDelta({ tool_calls: [{ ...call, index: typeof index === 'number' ? index : 0 }] }) : SILENT;
}

function toCitation(citation: JsonValue | undefined): JsonObject {
  const annotations = isObject(citation) ? toAnnotations([citation]) : [];
  return annotations.length > 0 ? toDelta({ annotations }) : SILENT;
}
