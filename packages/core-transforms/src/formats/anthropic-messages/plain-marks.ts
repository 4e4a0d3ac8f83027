import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { mapList } from './fit-host.ts';
import { isArray } from './types.ts';

/**
 * A body whose cache marks contain only their type, wherever the API allows marks: on the body itself, on system blocks, tools, blocks of
 * messages and of tool results.
 *
 * out:    the same object if no mark contains more. A `cache_control` that is not a mark is removed.
 * source: LiteLLM 1.106.2, llms/anthropic/common_utils.py `normalize_cache_control_in_anthropic_payload`, read 2026-11-29.
 */
export function withPlainMarks(members: JsonObject): JsonObject {
  const { system, tools, messages } = members;
  const plain = {
    system: isArray(system) ? mapList(system, toPlain) : system,
    tools: isArray(tools) ? mapList(tools, toPlain) : tools,
    messages: isArray(messages) ? mapList(messages, withPlainContent) : messages,
  };
  const isSame = plain.system === system && plain.tools === tools && plain.messages === messages;
  return withPlainMark(isSame ? members : { ...members, ...plain });
}

function withPlainContent(holder: JsonValue): JsonValue {
  if (!isObject(holder) || !isArray(holder['content'])) return holder;
  const content = mapList(holder['content'], toPlainBlock);
  return content === holder['content'] ? holder : { ...holder, content };
}

function toPlainBlock(block: JsonValue): JsonValue {
  const plain = toPlain(block);
  return isObject(plain) && plain['type'] === 'tool_result' ? withPlainContent(plain) : plain;
}

function toPlain(block: JsonValue): JsonValue {
  return isObject(block) ? withPlainMark(block) : block;
}

function withPlainMark(holder: JsonObject): JsonObject {
  const { cache_control: mark, ...rest } = holder;
  if (mark === undefined) return holder;
  if (!isObject(mark)) return rest;
  const names = Object.keys(mark);
  return names.length === 1 && names[0] === 'type' ? holder : { ...holder, cache_control: { type: mark['type'] ?? 'ephemeral' } };
}
