import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isArray } from './types.ts';

/** The member of a deployment or a request that says where cache marks are wanted. The gateway reads it; it is never sent. */
const POINTS = 'cache_control_injection_points';

/** The most marks in one request: the provider refuses more. */
const MARKS_MAX = 4;

const PLAIN_MARK: JsonObject = { type: 'ephemeral' };

/** The mark for a request's tools, if a point asks for one. */
export function toolMark(chat: JsonObject): JsonValue | undefined {
  if (chat[POINTS] === undefined) return undefined;
  const point = otherPoints(chat).find(({ location }) => location === 'tool_config');
  return point === undefined ? undefined : (point['control'] ?? PLAIN_MARK);
}

/**
 * Puts cache marks on the messages that a chat request's points name, by role or by index (from the end if negative). Existing marks stay;
 * if not all points fit, the earlier ones win.
 *
 * out:    the same value if there is nothing to mark.
 * source: LiteLLM 1.106.2, integrations/anthropic_cache_control_hook.py, read 2026-11-27.
 */
export function injectMarks(chat: JsonObject): JsonValue | undefined {
  const { messages } = chat;
  if (chat[POINTS] === undefined) return messages;
  const points = messagePoints(chat);
  if (points.length === 0 || !isArray(messages)) return messages;
  return markMessages(messages, points, MARKS_MAX - reservedMarks(chat), (message, mark) =>
    typeof message['content'] === 'string' ? { ...message, cache_control: mark } : markLast(message, mark),
  );
}

/** The same for a body in the provider's own dialect, whose system prompt is a separate member and whose marks are on blocks. */
export function injectNativeMarks(body: JsonObject): JsonObject {
  const { messages, system } = body;
  if (body[POINTS] === undefined) return body;
  const points = messagePoints(body);
  if (points.length === 0 || !isArray(messages)) return body;
  const free = MARKS_MAX - reservedMarks(body);
  const own = points.find(({ role }) => role === 'system');
  const marked = own === undefined || countMarks(messages) + countMarks([{ content: system }]) >= free ? system : markSystem(system, own);
  const blocks = messages.map((message) =>
    isObject(message) && typeof message['content'] === 'string'
      ? { ...message, content: [{ type: 'text', text: message['content'] }] }
      : message,
  );
  const others = points.filter(({ role }) => role !== 'system');
  const left = free - countMarks([{ content: marked }]);
  return { ...body, ...(marked !== undefined && { system: marked }), messages: markMessages(blocks, others, left, markLast) };
}

/** The points of a request that are not about messages. */
function otherPoints(chat: JsonObject): readonly JsonObject[] {
  return pointsOf(chat).filter(({ location }) => location !== 'message');
}

function pointsOf({ [POINTS]: points }: JsonObject): readonly JsonObject[] {
  return isArray(points) ? points.filter(isObject) : [];
}

function messagePoints(chat: JsonObject): readonly JsonObject[] {
  return pointsOf(chat).filter(({ location }) => location === 'message');
}

function markMessages(
  messages: JsonArray,
  points: readonly JsonObject[],
  marksMax: number,
  mark: (message: JsonObject, control: JsonValue) => JsonObject,
): JsonArray {
  const marked = [...messages];
  for (const point of points) {
    for (const index of placesOf(point, messages)) {
      const message = marked[index];
      if (countMarks(marked) >= marksMax) return marked;
      if (isObject(message) && countMarks([message]) === 0) marked[index] = mark(message, point['control'] ?? PLAIN_MARK);
    }
  }
  return marked;
}

function placesOf({ index, role }: JsonObject, messages: JsonArray): readonly number[] {
  const place = typeof index === 'string' && /^-?\d+$/u.test(index) ? Number(index) : index;
  if (typeof place === 'number') {
    const from = place < 0 ? place + messages.length : place;
    return from >= 0 && from < messages.length ? [from] : [];
  }
  if (role === undefined || role === null) return [];
  return messages.flatMap((message, at) => (isObject(message) && message['role'] === role ? [at] : []));
}

function markLast(message: JsonObject, control: JsonValue): JsonObject {
  const { content } = message;
  const last = isArray(content) ? content.at(-1) : undefined;
  return isArray(content) && isObject(last)
    ? { ...message, content: [...content.slice(0, -1), { ...last, cache_control: control }] }
    : message;
}

function markSystem(system: JsonValue | undefined, { control = PLAIN_MARK }: JsonObject): JsonValue | undefined {
  if (typeof system === 'string') return [{ type: 'text', text: system, cache_control: control }];
  const last = isArray(system) ? system.at(-1) : undefined;
  if (!isArray(system) || !isObject(last) || countMarks([{ content: system }]) > 0) return system;
  return [...system.slice(0, -1), { ...last, cache_control: control }];
}

function reservedMarks(chat: JsonObject): number {
  const tools = isArray(chat['tools']) ? chat['tools'].filter(isObject) : [];
  const ofTools = tools.filter((tool) => isMarked(tool) || (isObject(tool['function']) && isMarked(tool['function']))).length;
  const ofPoints = toolMark(chat) === undefined ? 0 : 1;
  return ofTools + ofPoints + (isMarked(chat) ? 1 : 0);
}

function countMarks(messages: JsonArray): number {
  return messages.filter(isObject).reduce((count, message) => {
    const inner = [message['content'], message['tool_calls']].flatMap((list) => (isArray(list) ? list.filter(isObject) : []));
    return count + [message, ...inner].filter(isMarked).length;
  }, 0);
}

function isMarked({ cache_control: control }: JsonObject): boolean {
  return control !== undefined && control !== null;
}
