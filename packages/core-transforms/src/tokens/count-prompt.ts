import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from '../json/is-object.ts';
import { toPythonJson } from '../json/python-json.ts';
import { formatTools } from './format-tools.ts';

/** How many tokens a text is: a tokenizer's answer, or an estimate. */
export type CountText = (text: string) => number;

/** What every message costs beside its text, and the reply's own beginning. */
const MESSAGE_TOKENS = 3;
const REPLY_TOKENS = 3;
/** What tool definitions cost beside their text; a system message takes some of it back. */
const TOOLS_TOKENS = 9;
const TOOLS_WITH_SYSTEM_TOKENS = TOOLS_TOKENS - 4;
/** An image at low detail. Its size is not looked at here. */
const IMAGE_TOKENS = 85;

/** Members of a block that are no part of what a model reads. */
const SILENT: ReadonlySet<string> = new Set(['type', 'id', 'tool_use_id', 'cache_control', 'is_error', 'signature', 'data']);

/** What is counted of a request, in the chat dialect or the messages dialect. */
export interface Prompt {
  readonly messages: readonly JsonValue[];
  readonly system?: JsonValue | undefined;
  readonly tools?: JsonValue | undefined;
}

/**
 * Counts the tokens of a prompt: its messages, its system prompt, its tools, and the overhead of each.
 *
 * in:     parsed members, and who counts a text.
 * out:    whole tokens, ≥ REPLY_TOKENS. An image counts as one of low detail; an unknown block counts as its JSON.
 * errors: none.
 * cost:   linear in the text.
 * source: LiteLLM 1.106.2, litellm_core_utils/token_counter.py, read 2026-11-23; openai-cookbook, "How to count tokens with tiktoken".
 */
export function countPrompt({ messages, system, tools }: Prompt, count: CountText): number {
  const hasSystem = typeof system === 'string' ? system !== '' : Array.isArray(system) && system.length > 0;
  const turns = hasSystem ? [{ role: 'system', content: system }, ...messages] : messages;
  const told = turns.filter(isObject).reduce((sum, message) => sum + countMessage(message, count), 0);
  if (!Array.isArray(tools) || tools.length === 0) return told + REPLY_TOKENS;
  const isLed = hasSystem || messages.some((message) => isObject(message) && message['role'] === 'system');
  return told + REPLY_TOKENS + count(formatTools(tools)) + (isLed ? TOOLS_WITH_SYSTEM_TOKENS : TOOLS_TOKENS);
}

function countMessage(message: JsonObject, count: CountText): number {
  let tokens = MESSAGE_TOKENS;
  for (const [name, value] of Object.entries(message)) {
    if (typeof value === 'string') tokens += count(value) + (name === 'name' ? 1 : 0);
    else if (name === 'content' && Array.isArray(value)) tokens += countBlocks(value, count);
    else if (name === 'tool_calls' && Array.isArray(value)) tokens += value.reduce((sum, call) => sum + countCall(call, count), 0);
    else if (name === 'function_call') tokens += countCall({ function: value }, count);
  }
  return tokens;
}

function countCall(call: JsonValue, count: CountText): number {
  const definition = isObject(call) ? call['function'] : undefined;
  const given = isObject(definition) ? definition['arguments'] : undefined;
  return typeof given === 'string' ? count(given) : 0;
}

function countBlocks(blocks: readonly JsonValue[], count: CountText): number {
  return blocks.reduce((sum: number, block) => sum + countBlock(block, count), 0);
}

function countBlock(block: JsonValue, count: CountText): number {
  if (typeof block === 'string') return count(block);
  if (!isObject(block)) return 0;
  switch (block['type']) {
    case 'text':
      return typeof block['text'] === 'string' ? count(block['text']) : 0;
    case 'image':
    case 'image_url':
    case 'file':
      return IMAGE_TOKENS;
    case 'document':
      return countDocument(block, count);
    default:
      return Object.entries(block).reduce((sum, [name, value]) => (SILENT.has(name) ? sum : sum + countValue(value, count)), 0);
  }
}

/** A document's text is read; of any other kind one page is taken for granted. */
function countDocument(block: JsonObject, count: CountText): number {
  const source = block['source'];
  if (!isObject(source)) return IMAGE_TOKENS;
  if (source['type'] === 'text' && typeof source['data'] === 'string') return count(source['data']);
  return Array.isArray(source['content']) ? countBlocks(source['content'], count) : IMAGE_TOKENS;
}

function countValue(value: JsonValue | undefined, count: CountText): number {
  if (typeof value === 'string') return count(value);
  if (Array.isArray(value)) return countBlocks(value, count);
  return isObject(value) ? count(toPythonJson(value)) : 0;
}
