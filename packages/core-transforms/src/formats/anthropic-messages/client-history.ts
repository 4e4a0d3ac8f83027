import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { withCleanToolId } from './tool-names.ts';
import { blocksOf, isArray, isBlock, readString, type Block } from './types.ts';

/**
 * Mends what clients send back of earlier turns, whichever provider those came from.
 *
 * out:    without empty text blocks and empty unsigned thinking (Anthropic refuses both), with tool ids of allowed characters,
 *         and with search results that no Anthropic search issued told as text. A message left without blocks goes. What
 *         needs no mending is the same object.
 * source: LiteLLM 1.106.2, llms/anthropic/common_utils.py (`strip_empty_content_blocks…`, `sanitize_tool_use_ids…`,
 *         `flatten_unencrypted_web_search_results…`), read 2026-11-23.
 */
export function cleanHistory(messages: readonly JsonValue[]): readonly JsonValue[] {
  return messages.flatMap((message) => {
    if (!isObject(message) || !isArray(message['content'])) return [message];
    const content = message['content'];
    const kept = content.filter((block) => !isEmptyBlock(block));
    if (kept.length === 0 && content.length > 0) return [];
    const cleaned = flattenSearches(kept.map((block) => (isBlock(block) ? withCleanToolId(block) : block)));
    const isSame = cleaned.length === content.length && cleaned.every((block, index) => block === content[index]);
    return [isSame ? message : { ...message, content: cleaned }];
  });
}

/** Whether a block of thinking is empty and unsigned: it holds nothing that a provider or a client could use. */
export function isEmptyThinking(block: JsonObject): boolean {
  return block['type'] === 'thinking' && isBlank(block['thinking']) && isNothing(block['signature']);
}

function isEmptyBlock(block: JsonValue): boolean {
  return isObject(block) && ((block['type'] === 'text' && isBlank(block['text'])) || isEmptyThinking(block));
}

function isBlank(value: JsonValue | undefined): boolean {
  return typeof value !== 'string' || value.trim() === '';
}

function isNothing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === '';
}

function flattenSearches(content: readonly JsonValue[]): readonly JsonValue[] {
  const flat = new Map(content.flatMap((block): [string, JsonValue][] => (isPlainSearchResult(block) ? [[searchId(block), block]] : [])));
  if (flat.size === 0) return content;
  const uses = blocksOf(content).filter((block) => block.type === 'server_tool_use');
  const queries = new Map(
    uses.map((use) => [readString(use, 'id') ?? '', isObject(use['input']) ? readString(use['input'], 'query') : undefined]),
  );
  return content.flatMap((block): readonly JsonValue[] => {
    if (isPlainSearchResult(block)) return [{ type: 'text', text: tellSearch(queries.get(searchId(block)), block['content']) }];
    const isFlatUse = isBlock(block) && block.type === 'server_tool_use' && flat.has(readString(block, 'id') ?? '');
    return isFlatUse ? [] : [block];
  });
}

function searchId(block: Block): string {
  return readString(block, 'tool_use_id') ?? '';
}

/** A search result that carries nothing encrypted: Anthropic's own always do, and no other is taken back. */
function isPlainSearchResult(block: JsonValue): block is Block {
  if (!isBlock(block) || block.type !== 'web_search_tool_result' || typeof block['tool_use_id'] !== 'string') return false;
  const content = block['content'];
  if (isObject(content)) return content['type'] === 'web_search_tool_result_error';
  return (
    isArray(content) &&
    content.every((result) => isBlock(result) && result.type === 'web_search_result' && isNothing(result['encrypted_content']))
  );
}

function tellSearch(query: string | undefined, content: JsonValue | undefined): string {
  const header = query === undefined || query === '' ? 'Web search results:' : `Web search results for '${query}':`;
  if (isObject(content)) return `${header}\n\nSearch failed: ${readString(content, 'error_code') ?? 'unavailable'}`;
  const results = blocksOf(content);
  if (results.length === 0) return `${header}\n\nNo results were returned.`;
  const told = results.map(tellResult).join('\n\n');
  return told === '' ? header : `${header}\n\n${told}`;
}

function tellResult(result: Block): string {
  const lines = [
    ['Title', 'title'],
    ['URL', 'url'],
    ['Snippet', 'snippet'],
  ].map(([label, name = '']) => `${label}: ${readString(result, name) ?? ''}`);
  return lines.filter((line) => !line.endsWith(': ')).join('\n');
}
