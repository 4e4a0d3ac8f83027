import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { SIGNATURE_SEPARATOR } from '../../params/plain-call-ids.ts';
import { childId } from '../../text/child-id.ts';
import { isArray, type Block } from './types.ts';

const NAME_CHARACTERS_MAX = 128;
const INVALID_CHARACTERS = /[^a-zA-Z0-9_-]/gu;

/**
 * Chooses unique names for a request's own tools that the provider accepts (`^[a-zA-Z0-9_-]{1,128}$`).
 *
 * in:     tools in the provider's shape; only those of type `custom` are the client's to name.
 * out:    original → sent, only for names that change. A valid name is kept; of two that collide the later one gets a number. So names in
 *         the answer can be mapped back without touching any that was never changed.
 * source: LiteLLM 1.106.2, llms/anthropic/chat/transformation.py `_build_anthropic_tool_name_maps`, read 2026-11-23.
 */
export function chooseToolNames(tools: readonly JsonObject[]): ReadonlyMap<string, string> {
  if (tools.length === 0) return NO_NAMES;
  const names = tools.flatMap((tool) =>
    tool['type'] === 'custom' && typeof tool['name'] === 'string' && tool['name'] !== '' ? [tool['name']] : [],
  );
  const taken = new Set(names.filter((name) => clean(name) === name));
  const chosen = new Map<string, string>();
  for (const name of names) {
    if (taken.has(name) || chosen.has(name)) continue;
    const sent = makeUnique(clean(name), taken);
    chosen.set(name, sent);
    taken.add(sent);
  }
  return chosen;
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** The same tools with the chosen names. */
export function renameTools(tools: readonly JsonObject[], names: ReadonlyMap<string, string>): readonly JsonObject[] {
  if (names.size === 0) return tools;
  return tools.map((tool) => (tool['type'] === 'custom' ? renamed(tool, names) : tool));
}

/** A forced tool choice with the chosen name. */
export function renameToolChoice(choice: JsonObject | undefined, names: ReadonlyMap<string, string>): JsonObject | undefined {
  return choice !== undefined && choice['type'] === 'tool' ? renamed(choice, names) : choice;
}

/** A conversation whose tool calls carry the chosen names. */
export function renameCalls(messages: readonly JsonObject[], names: ReadonlyMap<string, string>): readonly JsonObject[] {
  if (names.size === 0) return messages;
  return messages.map((message) => {
    const { tool_calls: calls, function_call: call } = message;
    if (!isArray(calls) && !isObject(call)) return message;
    return {
      ...message,
      ...(isArray(calls) && { tool_calls: calls.map((one) => renamedFunction(one, names)) }),
      ...(isObject(call) && { function_call: renamed(call, names) }),
    };
  });
}

/** Sent → original: the client's names for an answer's tool calls. */
export function invertNames(names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return names.size === 0 ? NO_NAMES : new Map([...names].map(([original, sent]) => [sent, original]));
}

/** The id for old-style function calls and their results, which have none: one per call of the gateway. */
export function functionId(callId: string): string {
  return cleanToolId(childId('call_', callId));
}

/** A tool id that the provider accepts: `^[a-zA-Z0-9_-]+$`. */
export function cleanToolId(id: string): string {
  return id.replaceAll(INVALID_CHARACTERS, '_') || 'tool_use_id';
}

/** The same for an id that may contain another provider's thought signature. */
export function cleanReplayedToolId(id: string): string {
  return cleanToolId(id.split(SIGNATURE_SEPARATOR, 1)[0] ?? '');
}

/** A block with a tool id that the provider accepts; the same block if it has one already. */
export function withCleanToolId(block: Block): Block {
  const name =
    block.type === 'tool_result' ? 'tool_use_id' : block.type === 'tool_use' || block.type === 'server_tool_use' ? 'id' : undefined;
  const id = name === undefined ? undefined : block[name];
  if (name === undefined || typeof id !== 'string') return block;
  const cleaned = cleanReplayedToolId(id);
  return cleaned === id ? block : { ...block, [name]: cleaned };
}

function clean(name: string): string {
  return name.replaceAll(INVALID_CHARACTERS, '_').slice(0, NAME_CHARACTERS_MAX);
}

function makeUnique(candidate: string, taken: ReadonlySet<string>): string {
  let name = candidate;
  for (let count = 2; taken.has(name); count += 1) {
    const suffix = `_${count}`;
    name = candidate.slice(0, NAME_CHARACTERS_MAX - suffix.length) + suffix;
  }
  return name;
}

function renamed(holder: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const name = typeof holder['name'] === 'string' ? names.get(holder['name']) : undefined;
  return name === undefined ? holder : { ...holder, name };
}

function renamedFunction(call: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  if (!isObject(call) || !isObject(call['function'])) return call;
  return { ...call, function: renamed(call['function'], names) };
}
