import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { blocksOf, isArray, readString } from './types.ts';

/**
 * A conversation without the advisor's calls and results, which the provider refuses in a request without the advisor tool.
 *
 * out: the same list if there are none.
 */
export function withoutAdvice(messages: JsonArray): JsonArray {
  return messages.some(hasAdvice)
    ? messages.map((message) => (isObject(message) && hasAdvice(message) ? stripped(message) : message))
    : messages;
}

function stripped(message: JsonObject): JsonObject {
  const { content } = message;
  const ids = new Set(
    blocksOf(content)
      .filter(isAdvisorCall)
      .map((block) => readString(block, 'id')),
  );
  const kept = isArray(content) ? content.filter((block) => !isObject(block) || !(isAdvisorCall(block) || isAdvice(block, ids))) : [];
  return { ...message, content: kept };
}

function hasAdvice(message: JsonValue): boolean {
  if (!isObject(message) || message['role'] !== 'assistant') return false;
  return isArray(message['content']) && message['content'].some(isAdvisorCall);
}

function isAdvisorCall(block: JsonValue): boolean {
  return isObject(block) && block['type'] === 'server_tool_use' && block['name'] === 'advisor' && block['id'] !== undefined;
}

function isAdvice(block: JsonObject, ids: ReadonlySet<string | undefined>): boolean {
  return block['type'] === 'advisor_tool_result' && ids.has(readString(block, 'tool_use_id'));
}
