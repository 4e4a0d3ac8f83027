import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from './types.ts';

/** Whether an event is a whole chat completion instead of a chunk. */
export function isWholeAnswer(event: JsonObject): boolean {
  return event['object'] === 'chat.completion' || objectsIn(event['choices']).some((choice) => isObject(choice['message']));
}

/**
 * A chat completion → the chunks of an equivalent stream.
 *
 * in:  a normalized completion.
 * out: one chunk per choice, with its finish reason; the usage is in the last one.
 */
export function wholeAsChunks(completion: JsonObject): readonly JsonObject[] {
  const { id, created, model, usage } = completion;
  const choices = objectsIn(completion['choices']);
  return choices.map((choice, position) => ({
    id: id ?? null,
    object: 'chat.completion.chunk',
    created: created ?? null,
    model: model ?? null,
    choices: [
      {
        index: choice['index'] ?? position,
        delta: isObject(choice['message']) ? withIndexes(choice['message']) : {},
        logprobs: choice['logprobs'] ?? null,
        finish_reason: choice['finish_reason'] ?? null,
      },
    ],
    ...(position === choices.length - 1 && usage !== undefined && { usage }),
  }));
}

function withIndexes(message: JsonObject): JsonObject {
  const { tool_calls: calls, provider_specific_fields: _fields, ...rest } = message;
  if (!Array.isArray(calls)) return rest;
  const list: readonly JsonValue[] = calls;
  return { ...rest, tool_calls: list.map((call, index) => (isObject(call) ? { ...call, index } : call)) };
}
