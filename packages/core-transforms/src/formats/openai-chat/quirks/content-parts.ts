import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { objectsOf } from './edit-body.ts';

/**
 * Content as a list of parts → text, with the thinking in it as `reasoning_content`. Thinking parts hold text parts
 * (`thinking: [{ text }]`) or summaries (`summary: [{ text, signature }]`); summaries also become `thinking_blocks`.
 *
 * in:  a message or delta, what joins the texts of one thinking part, and whether several text parts are joined or the last one wins.
 * out: the same object when its content is no list.
 */
export function splitParts(message: JsonObject, joint: string, texts: 'all' | 'last'): JsonObject {
  const content = message['content'];
  if (!Array.isArray(content)) return message;
  const parts = objectsOf(content);
  const text = parts.filter((part) => part['type'] === 'text').map((part) => textOf(part));
  const thinking = parts.filter((part) => part['type'] === 'thinking').map((part) => objectsOf(part['thinking']).map(textOf).join(joint));
  const summaries = parts.filter((part) => part['type'] === 'reasoning').flatMap((part) => objectsOf(part['summary']));
  const reasoning = thinking.length > 0 ? thinking.join('\n') : summaries.map(textOf).join('');
  return {
    ...message,
    content: texts === 'last' ? (text.at(-1) ?? '') : text.join(''),
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(summaries.length > 0 && { thinking_blocks: summaries.map(toThinkingBlock) }),
  };
}

function textOf(part: JsonObject): string {
  return typeof part['text'] === 'string' ? part['text'] : '';
}

function toThinkingBlock(summary: JsonObject): JsonValue {
  return { type: 'thinking', thinking: textOf(summary), signature: summary['signature'] ?? '' };
}
