import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { splitThought } from './thought.ts';
import { parseJson } from '../../json/parse-json.ts';

/**
 * Chat messages → those of `/api/chat`: text, images beside it, calls with objects as arguments.
 *
 * errors: `bad-request` for a call whose arguments are not JSON.
 */
export function toTurns(messages: readonly JsonObject[]): Outcome<readonly JsonObject[]> {
  const turns: JsonObject[] = [];
  for (const [index, message] of messages.entries()) {
    const calls = toCalls(message['tool_calls'], index);
    if (!calls.ok) return calls;
    const { role, tool_call_id: id } = message;
    const thinking = thoughtOf(message);
    turns.push({
      role: role ?? null,
      ...(thinking !== undefined && { thinking }),
      content: textOf(message['content']),
      images: imagesOf(message['content']),
      ...(calls.value !== undefined && { tool_calls: calls.value }),
      ...(id !== undefined && { tool_call_id: id }),
    });
  }
  return ok(turns);
}

/** The text of a message, its parts joined. */
export function textOf(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content;
  return objectsIn(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}

/** The images of a message: bare base64 for data URLs, the URL for others. */
export function imagesOf(content: JsonValue | undefined): readonly string[] {
  const urls = objectsIn(content).map(({ image_url: image }) => (isObject(image) ? image['url'] : image));
  return urls.filter((url) => typeof url === 'string').map((url) => /^data:[^,]*,(.*)$/su.exec(url)?.[1] ?? url);
}

function thoughtOf(message: JsonObject): JsonValue | undefined {
  const { content } = message;
  const said = message['reasoning_content'] ?? message['reasoning'];
  return typeof said === 'string' ? said : splitThought(typeof content === 'string' ? content : '').thought;
}

function toCalls(calls: JsonValue | undefined, index: number): Outcome<readonly JsonObject[] | undefined> {
  if (!Array.isArray(calls)) return ok(undefined);
  const converted: JsonObject[] = [];
  for (const { type = 'function', function: callee } of objectsIn(calls)) {
    if (type !== 'function' || !isObject(callee)) continue;
    const given = readArguments(callee['arguments']);
    if (given === undefined) {
      const path = `messages[${index}].tool_calls`;
      return fail({ kind: 'bad-request', path, message: `${path}: the arguments of a call are no JSON` });
    }
    converted.push({ function: { name: callee['name'] ?? '', arguments: given } });
  }
  return ok(converted);
}

/** Parses a call's arguments; undefined if they are not JSON. */
export function readArguments(given: JsonValue | undefined): JsonValue | undefined {
  if (typeof given !== 'string') return given ?? {};
  return given.trim() === '' ? {} : parseJson(given);
}
