import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isSignedThinking } from './place-system.ts';
import { withCleanToolId } from './tool-names.ts';
import { blocksOf, isArray, isBlock, readString, type Block } from './types.ts';

/**
 * Repairs the messages of a messages request: clients replay answers from other providers' models.
 *
 * in:     `messages` as they came.
 * out:    the same list object if nothing had to change. Empty texts and unsigned empty thinking are removed, and messages that this leaves
 *         empty; tool ids are reduced to the provider's characters; search results that the provider did not make itself become text.
 * source: LiteLLM 1.106.2, llms/anthropic/common_utils.py and pass_through/messages/utils.py `prepare_native_messages`, read 2026-11-23.
 */
export function mendHistory(messages: JsonArray): JsonArray {
  return mapContent(messages, (content) => {
    const kept = content.filter((block) => !isObject(block) || !isEmptyBlock(block));
    return flattenSearches(kept.map((block) => (isBlock(block) ? withCleanToolId(block) : block)));
  });
}

/**
 * The same for Anthropic itself, which also refuses other providers' encrypted reasoning and `provider_specific_fields`: they are removed
 * too.
 */
export function cleanHistory(messages: JsonArray): JsonArray {
  return mapContent(mendHistory(messages), (content) => {
    const own = content.filter((block) => !isBlock(block) || !isForeignReasoning(block));
    return own.map((block) => (isObject(block) ? withoutFields(block) : block));
  });
}

/** Maps each message's content list. Unchanged messages stay the same objects; a message left without blocks is removed. */
function mapContent(messages: JsonArray, change: (content: JsonArray) => JsonArray): JsonArray {
  if (!messages.some(hasBlocks)) return messages;
  const changed = messages.flatMap((message): JsonArray => {
    if (!isObject(message) || !isArray(message['content'])) return [message];
    const content = change(message['content']);
    if (isSame(content, message['content'])) return [message];
    return content.length === 0 ? [] : [{ ...message, content }];
  });
  return isSame(changed, messages) ? messages : changed;
}

function hasBlocks(message: JsonValue): boolean {
  return isObject(message) && isArray(message['content']);
}

function isEmptyBlock(block: JsonObject): boolean {
  return block['type'] === 'text' ? (readString(block, 'text') ?? '').trim() === '' : isEmptyThinking(block);
}

/** Whether a block of thinking is empty. A signed one never is: its signature is the thinking. */
export function isEmptyThinking(block: JsonObject): boolean {
  const signature = block['signature'];
  const isSigned = signature !== undefined && signature !== null && signature !== '';
  return block['type'] === 'thinking' && !isSigned && (readString(block, 'thinking') ?? '').trim() === '';
}

/** Whether a block holds another provider's encrypted reasoning. Other unsigned thinking with text stays: the provider may refuse it. */
function isForeignReasoning(block: Block): boolean {
  const proof = block.type === 'thinking' ? block['signature'] : block.type === 'redacted_thinking' ? block['data'] : undefined;
  return typeof proof === 'string' && proof !== '' && !isSignedThinking(block);
}

function withoutFields(block: JsonObject): JsonObject {
  if (block['provider_specific_fields'] === undefined) return block;
  const { provider_specific_fields: _fields, ...rest } = block;
  return rest;
}

/** Search results without `encrypted_content` were not made by the provider, which refuses them: they are kept as text. */
function flattenSearches(content: JsonArray): JsonArray {
  const foreign = new Map(
    blocksOf(content).flatMap((block) => (isForeignSearch(block) ? [[readString(block, 'tool_use_id') ?? '', block] as const] : [])),
  );
  if (foreign.size === 0) return content;
  const queries = new Map(
    blocksOf(content).flatMap((block) =>
      block.type === 'server_tool_use' ? [[readString(block, 'id') ?? '', queryOf(block)] as const] : [],
    ),
  );
  return content.flatMap((block): JsonArray => {
    if (!isBlock(block)) return [block];
    if (block.type === 'server_tool_use') return foreign.has(readString(block, 'id') ?? '') ? [] : [block];
    const id = readString(block, 'tool_use_id') ?? '';
    return foreign.get(id) === block ? [{ type: 'text', text: toSearchText(queries.get(id) ?? '', block['content']) }] : [block];
  });
}

function isForeignSearch(block: Block): boolean {
  const { content } = block;
  if (block.type !== 'web_search_tool_result' || typeof block['tool_use_id'] !== 'string') return false;
  if (isObject(content)) return content['type'] === 'web_search_tool_result_error';
  if (!isArray(content)) return false;
  return content.every(
    (result) => isObject(result) && result['type'] === 'web_search_result' && (readString(result, 'encrypted_content') ?? '') === '',
  );
}

function queryOf(block: Block): string {
  return isObject(block['input']) ? (readString(block['input'], 'query') ?? '') : '';
}

function toSearchText(query: string, content: JsonValue | undefined): string {
  const header = query === '' ? 'Web search results:' : `Web search results for '${query}':`;
  if (isObject(content)) return `${header}\n\nSearch failed: ${readString(content, 'error_code') || 'unavailable'}`;
  const results = (isArray(content) ? content : []).filter(isObject);
  if (results.length === 0) return `${header}\n\nNo results were returned.`;
  const body = results.map(toResultText).join('\n\n');
  return body === '' ? header : `${header}\n\n${body}`;
}

function toResultText(result: JsonObject): string {
  const lines = [
    ['Title', readString(result, 'title')],
    ['URL', readString(result, 'url')],
    ['Snippet', readString(result, 'snippet')],
  ] as const;
  return lines.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [`${label}: ${value}`])).join('\n');
}

function isSame(left: JsonArray, right: JsonArray): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}
