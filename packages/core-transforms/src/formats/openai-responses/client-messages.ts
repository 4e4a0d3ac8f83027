import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { toChatContent, toToolContent } from './client-content.ts';
import { decodeThinkingBlocks } from './native-history.ts';
import { isCall, isText } from './types.ts';

const OUTPUTS: ReadonlySet<JsonValue | undefined> = new Set([
  'function_call_output',
  'custom_tool_call_output',
  'computer_call_output',
  'tool_result',
]);

/**
 * A responses call's input → chat messages, with its instructions first.
 *
 * in:     `input` as text or items; `instructions`.
 * out:    consecutive calls form one assistant message; reasoning joins the assistant message after it, for providers that expect it back,
 *         and never becomes content.
 * source: LiteLLM 1.106.2, responses/litellm_completion_transformation/transformation.py, read 2026-11-23.
 */
export function toChatMessages(input: JsonValue | undefined, instructions: JsonValue | undefined): readonly JsonObject[] {
  const system = typeof instructions === 'string' && instructions !== '' ? [{ role: 'system', content: instructions }] : [];
  if (!Array.isArray(input)) return [...system, { role: 'user', content: input ?? '' }];
  const items: readonly JsonValue[] = input;
  const messages: JsonObject[] = [];
  for (const item of items) if (isObject(item)) addItem(messages, item);
  return [...system, ...withReasoningInPlace(messages)];
}

/** Appends an item to the conversation, into the last message if both belong to one assistant turn. */
function addItem(messages: JsonObject[], item: JsonObject): void {
  const last = messages.at(-1);
  const message = isCall(item) ? { role: 'assistant', tool_calls: [toToolCall(item)] } : toMessage(item);
  if (message === undefined) return;
  const joined = last?.['role'] === 'assistant' && message['role'] === 'assistant' ? joinTurns(last, message, item) : undefined;
  if (joined === undefined) messages.push(message);
  else messages[messages.length - 1] = joined;
}

function joinTurns(last: JsonObject, message: JsonObject, item: JsonObject): JsonObject | undefined {
  const called = objectsIn(last['tool_calls']);
  const calls = objectsIn(message['tool_calls']);
  if (calls.length > 0) return { ...last, tool_calls: [...called, ...calls] };
  const joins = item['type'] === 'web_search_call' || called.length > 0;
  return joins && message['content'] !== undefined ? { ...last, content: joinContents(last['content'], message['content']) } : undefined;
}

/** The text of a search's results, in the reference's order. */
function searchText(item: JsonObject): string {
  const { id, action, status, ...rest } = item;
  return JSON.stringify(withoutNulls({ id, action, status, ...rest }));
}

function toMessage(item: JsonObject): JsonObject | undefined {
  const { type, role } = item;
  if (OUTPUTS.has(type)) return toToolMessage(item);
  if (type === 'reasoning') return toReasoningMessage(item);
  if (type === 'web_search_call') return { role: 'assistant', content: `Hosted web search: ${searchText(item)}` };
  const content = item['content'] ?? null;
  if (content === null) return undefined;
  return { role: typeof role === 'string' && role !== '' ? role : 'user', content: toChatContent(content) };
}

/** The members that have a value. */
function withoutNulls(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null));
}

function toToolMessage({ call_id: id, output }: JsonObject): JsonObject | undefined {
  return id === undefined || id === null || id === ''
    ? undefined
    : { role: 'tool', content: toToolContent(output), tool_call_id: String(id) };
}

function toToolCall(item: JsonObject): JsonObject {
  const { type, id, call_id: callId, namespace, name = '' } = item;
  const qualified =
    typeof namespace === 'string' && namespace !== '' && type !== 'custom_tool_call' ? `${namespace}__${String(name)}` : name;
  return {
    id: isText(callId) ? callId : isText(id) ? id : '',
    type: 'function',
    function: { name: qualified, arguments: toArguments(item) },
    index: 0,
  };
}

/** A call's arguments. A custom tool's input is plain text, which becomes the only argument of the function that replaces it. */
function toArguments({ type, arguments: given, input }: JsonObject): string {
  if (isText(given)) return given;
  if (given !== undefined && given !== null && typeof given !== 'string') return toPythonJson(given);
  return type === 'custom_tool_call' && isText(input) ? toPythonJson({ content: input }) : '';
}

/** A message of reasoning only: its text, and the blocks that its provider can verify. */
function toReasoningMessage(item: JsonObject): JsonObject | undefined {
  const text = textOfReasoning(item['content']) ?? textOfReasoning(item['summary']);
  const blocks = decodeThinkingBlocks(item['encrypted_content']);
  if (text === undefined && blocks.length === 0) return undefined;
  return {
    role: 'assistant',
    ...(text !== undefined && { reasoning_content: text }),
    ...(blocks.length > 0 && { thinking_blocks: blocks }),
  };
}

function textOfReasoning(content: JsonValue | undefined): string | undefined {
  if (typeof content === 'string') return content.trim() === '' ? undefined : content;
  const texts = objectsIn(content).flatMap(({ type, text }) => {
    const isOpaque = type === 'encrypted_content' || type === 'redacted_thinking';
    return isOpaque || typeof text !== 'string' || text.trim() === '' ? [] : [text.trim()];
  });
  return texts.length > 0 ? texts.join('\n') : undefined;
}

/** Moves reasoning into the assistant message after it; without one it stays a message of its own. */
function withReasoningInPlace(messages: readonly JsonObject[]): readonly JsonObject[] {
  const placed: JsonObject[] = [];
  let waiting: JsonObject[] = [];
  for (const message of messages) {
    if (isReasoningOnly(message)) waiting.push(message);
    else {
      placed.push(...(message['role'] === 'assistant' ? [withReasoning(message, waiting)] : [...waiting, message]));
      waiting = [];
    }
  }
  return [...placed, ...waiting];
}

function isReasoningOnly({ role, content, tool_calls: calls, reasoning_content: text, thinking_blocks: blocks }: JsonObject): boolean {
  return role === 'assistant' && content === undefined && calls === undefined && (text !== undefined || blocks !== undefined);
}

function withReasoning(message: JsonObject, waiting: readonly JsonObject[]): JsonObject {
  const texts = [...waiting, message].map((holder) => holder['reasoning_content']).filter(isText);
  const blocks = [...waiting, message].flatMap((holder) => objectsIn(holder['thinking_blocks']));
  return {
    ...message,
    ...(texts.length > 0 && { reasoning_content: texts.join('\n') }),
    ...(blocks.length > 0 && { thinking_blocks: blocks }),
  };
}

function joinContents(first: JsonValue | undefined, second: JsonValue): JsonValue {
  if (first === undefined || first === null || first === '') return second;
  return [...partsOf(first), ...partsOf(second)];
}

function partsOf(content: JsonValue): readonly JsonValue[] {
  if (Array.isArray(content)) return content;
  return [{ type: 'text', text: content }];
}
