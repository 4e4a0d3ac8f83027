import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';

/** A content block of a message, whatever its kind: text, image, document, tool_use, tool_result, thinking … */
export interface Block extends JsonObject {
  readonly type: string;
}

/** One turn of the conversation in the provider's shape. */
export interface Turn extends JsonObject {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: readonly Block[];
}

/** The reference's replacement for an empty text: the provider refuses empty text blocks. */
export const EMPTY_TEXT = '[System: Empty message content sanitised to satisfy protocol]';

/** The tool that carries a JSON schema for models without structured output of their own. */
export const JSON_TOOL_NAME = 'json_tool_call';

/** The maximum of tokens of one answer if the facts have none. */
export const MAX_TOKENS_DEFAULT = 4096;

/** Whether a value is an array of JSON values. */
export function isArray(value: unknown): value is JsonArray {
  return Array.isArray(value);
}

/** Whether a value is an object with a string `type`: the shape of every content block. */
export function isBlock(value: JsonValue | undefined): value is Block {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The array's objects with a `type`; empty if the value is not an array. */
export function blocksOf(value: JsonValue | undefined): readonly Block[] {
  return isArray(value) ? value.filter(isBlock) : NO_BLOCKS;
}

const NO_BLOCKS: readonly Block[] = [];

/** A string member; undefined if it is absent or not a string. */
export function readString(holder: JsonObject, name: string): string | undefined {
  const value = holder[name];
  return typeof value === 'string' ? value : undefined;
}
