import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { objectsOf } from './edit-body.ts';

/**
 * A message whose content is a list with thinking parts (`thinking: [{ text }]`) → its last text, and the thinking as
 * `reasoning_content`. The same object if its content is not a list.
 */
export function thinkingPartsOfMessage(message: JsonObject): JsonObject {
  if (!Array.isArray(message['content'])) return message;
  const parts = objectsOf(message['content']);
  const reasoning = textsOf(parts.findLast((part) => part['type'] === 'thinking')?.['thinking']).join('\n');
  const content = textsOf(parts.filter((part) => part['type'] === 'text')).at(-1) ?? '';
  return { ...message, content, ...(reasoning !== '' && { reasoning_content: reasoning }) };
}

/** As thinkingPartsOfMessage for a delta: all its text, and the thinking also as signed `thinking_blocks`. */
export function thinkingPartsOfDelta(delta: JsonObject, signature: string): JsonObject {
  const { content, ...rest } = delta;
  if (!Array.isArray(content)) return delta;
  const parts = objectsOf(content);
  const text = textsOf(parts.filter((part) => part['type'] === 'text')).join('');
  const thoughts = parts
    .filter((part) => part['type'] === 'thinking')
    .map((part) => textsOf(part['thinking']).join(''))
    .filter((thought) => thought !== '');
  if (thoughts.length === 0) return { ...rest, content: text };
  const blocks = thoughts.map((thinking) => ({ type: 'thinking', thinking, signature }));
  return { ...rest, ...(text !== '' && { content: text }), reasoning_content: thoughts.join('\n'), thinking_blocks: blocks };
}

/**
 * A message or delta whose content is a list with reasoning parts (`summary: [{ text, signature }]`) → its text, and the
 * summaries as `reasoning_content` and `thinking_blocks`. The same object if its content is not a list.
 */
export function summaryParts(message: JsonObject): JsonObject {
  if (!Array.isArray(message['content'])) return message;
  const parts = objectsOf(message['content']);
  const content = textsOf(parts.filter((part) => part['type'] === 'text')).join('');
  const summaries = parts.filter((part) => part['type'] === 'reasoning').flatMap((part) => objectsOf(part['summary']));
  if (summaries.length === 0) return { ...message, content };
  return { ...message, content, reasoning_content: textsOf(summaries).join(''), thinking_blocks: summaries.map(toThinkingBlock) };
}

function textsOf(parts: JsonValue | undefined): readonly string[] {
  return objectsOf(parts).map((part) => (typeof part['text'] === 'string' ? part['text'] : ''));
}

function toThinkingBlock(summary: JsonObject): JsonObject {
  return { type: 'thinking', thinking: summary['text'] ?? '', signature: summary['signature'] ?? '' };
}
