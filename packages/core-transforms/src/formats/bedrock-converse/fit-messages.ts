import type { JsonObject } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { blocksOf, isArray, readString } from '../anthropic-messages/types.ts';

/**
 * Turns tool calls and results into text in a request without tools: without a list of tools the provider accepts neither.
 *
 * out:    the same list if there are none.
 * source: LiteLLM 1.106.2, converse_transformation.py `_neutralize_orphaned_tool_blocks`, read 2026-11-23.
 */
export function tellCallsAsText(messages: readonly JsonObject[], guarded: boolean): readonly JsonObject[] {
  if (!messages.some((message) => isCalling(message) || isResult(message))) return messages;
  return messages.map((message) => {
    if (isCalling(message))
      return {
        role: 'assistant',
        content: [textOf(message), ...callsOf(message).map(toCallText)].filter((text) => text !== '').join('\n'),
      };
    if (!isResult(message)) return message;
    const label = readString(message, 'tool_call_id') || readString(message, 'name') || 'unknown';
    const text = `[tool result for ${label}: ${textOf(message).trim() || '<non-text tool result omitted>'}]`;
    // A tool's result came from outside: the guardrail checks it, wherever it is.
    return { role: 'user', content: guarded ? [{ type: 'guarded_text', text }] : text };
  });
}

/** With a guardrail, the user's last words are marked for it, unless the client marked some itself. */
export function guardLastWords(messages: readonly JsonObject[]): readonly JsonObject[] {
  const start = messages.findLastIndex((message) => message['role'] !== 'user') + 1;
  return messages.map((message, index) => (index < start ? message : guarded(message)));
}

function guarded(message: JsonObject): JsonObject {
  const { content } = message;
  if (typeof content === 'string') return { ...message, content: [{ type: 'guarded_text', text: content }] };
  if (!isArray(content) || content.some((part) => isObject(part) && part['type'] === 'guarded_text')) return message;
  const parts = content.map((part) =>
    isObject(part) && part['type'] === 'text' ? { type: 'guarded_text', text: part['text'] ?? '' } : part,
  );
  return { ...message, content: parts };
}

function isCalling(message: JsonObject): boolean {
  return message['role'] === 'assistant' && callsOf(message).length > 0;
}

function isResult({ role }: JsonObject): boolean {
  return role === 'tool' || role === 'function';
}

function callsOf({ tool_calls: calls }: JsonObject): readonly JsonObject[] {
  return isArray(calls) ? calls.filter(isObject) : [];
}

function toCallText(call: JsonObject): string {
  const definition = isObject(call['function']) ? call['function'] : {};
  const id = readString(call, 'id') ?? '';
  const label = id === '' ? 'tool call' : `tool call ${id}`;
  return `[${label}: ${readString(definition, 'name') || 'unknown_tool'}(${readString(definition, 'arguments') ?? ''})]`;
}

function textOf({ content }: JsonObject): string {
  if (typeof content === 'string') return content;
  return blocksOf(content)
    .map((part) => (part.type === 'text' ? (readString(part, 'text') ?? '') : ''))
    .join('');
}
