import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isSaid } from '../openai-chat/types.ts';

const SEPARATOR = '\n\n';

/**
 * A conversation for a provider without `role: developer` and with poor support for system messages: leading ones, and developer messages
 * between the turns, join the instructions; the others become system messages.
 *
 * in:     a call's `input` and `instructions`. Messages after the assistant's last one stay in place.
 * out:    both members. A message with parts other than text stays in the input.
 * source: LiteLLM 1.106.2, llms/fireworks_ai/responses/transformation.py, read 2026-11-29.
 */
export function foldInstructions(input: JsonValue | undefined, instructions: JsonValue | undefined): JsonObject {
  if (!Array.isArray(input)) return { input, instructions };
  const items: readonly JsonValue[] = input;
  const isOther = isSaid(instructions) && typeof instructions !== 'string';
  const folded = isOther ? new Map<number, string>() : findFolded(items);
  const rest = items.filter((_item, index) => !folded.has(index)).map(toSystem);
  if (folded.size === 0) return { input: rest, instructions };
  const texts = [...(typeof instructions === 'string' ? [instructions] : []), ...folded.values()].filter((text) => text !== '');
  return { input: rest, instructions: texts.length === 0 ? undefined : texts.join(SEPARATOR) };
}

/** Indexes of the messages that join the instructions, with their texts. */
function findFolded(items: readonly JsonValue[]): ReadonlyMap<number, string> {
  const roles = items.map((item) => (isObject(item) ? item['role'] : undefined));
  const first = roles.findIndex((role) => !isInstruction(role));
  const lead = first === -1 ? roles.length : first;
  const last = roles.findLastIndex((role) => !isInstruction(role));
  const end = last !== -1 && roles[last] === 'assistant' ? last + 1 : roles.length;
  const folded = new Map<number, string>();
  for (const [index, role] of roles.entries()) {
    const isMeant = index < lead || (index < end && role === 'developer');
    const text = isMeant ? textOf(items[index]) : undefined;
    if (text !== undefined) folded.set(index, text);
  }
  return folded;
}

function isInstruction(role: JsonValue | undefined): boolean {
  return role === 'system' || role === 'developer';
}

/** A message's content if it is only text. */
function textOf(item: JsonValue | undefined): string | undefined {
  const content = isObject(item) ? item['content'] : undefined;
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part: JsonValue) => (isObject(part) && part['type'] === 'input_text' ? part['text'] : undefined));
  return texts.every((text) => typeof text === 'string') ? texts.filter((text) => text !== '').join(SEPARATOR) : undefined;
}

function toSystem(item: JsonValue): JsonValue {
  if (!isObject(item) || item['role'] !== 'developer') return item;
  return { type: 'message', role: 'system', content: item['content'] };
}
