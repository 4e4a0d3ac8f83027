import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { blocksOf, isArray, readString, type Block } from './types.ts';

/** Put before a system message that becomes a user turn, so that the model can tell it from the user's own words. */
export const OPERATOR_NOTE = 'Operator note (not from the user): the following was originally a mid-conversation system-role reminder.';

const USER_ROLES: ReadonlySet<string> = new Set(['user', 'tool', 'function']);
const TOOL_ROLES: ReadonlySet<string> = new Set(['tool', 'function']);
const SHOWN_USER_PARTS: ReadonlySet<string> = new Set(['text', 'image_url', 'document', 'file']);

/** Consecutive messages that become one turn, by their place in the conversation. */
interface Group {
  readonly isUser: boolean;
  readonly indices: readonly number[];
}

/**
 * The system messages at the start of a conversation, and the rest. Only the former become the system prompt: moving a later one there
 * would change the cached prefix.
 */
export function splitLeadingSystem(
  messages: readonly JsonObject[],
): readonly [leading: readonly JsonObject[], rest: readonly JsonObject[]] {
  const first = messages.findIndex((message) => message['role'] !== 'system');
  const count = first === -1 ? messages.length : first;
  return [messages.slice(0, count), messages.slice(count)];
}

/** The blocks of the top-level system prompt, without empty texts, which the provider refuses. */
export function toSystemPrompt(leading: readonly JsonObject[]): readonly JsonObject[] {
  const blocks: JsonObject[] = [];
  for (const message of leading) {
    const { content } = message;
    if (typeof content === 'string') {
      if (content !== '') blocks.push(systemBlock('text', content, message));
      continue;
    }
    for (const part of isArray(content) ? content : []) {
      if (!isObject(part)) continue;
      const { type = null, text = null } = part;
      if (type !== 'text' || (text !== null && text !== '')) blocks.push(systemBlock(type, text, part));
    }
  }
  return blocks;
}

function systemBlock(type: JsonValue, text: JsonValue, { cache_control: cache }: JsonObject): JsonObject {
  return cache === undefined ? { type, text } : { type, text, cache_control: cache };
}

/** The texts of a system message as blocks, each with its own cache mark. */
export function toSystemBlocks(message: JsonObject): readonly Block[] {
  const { content } = message;
  if (typeof content === 'string') return content === '' ? [] : [textBlock(content, message)];
  return blocksOf(content).flatMap((part) => {
    const text = readString(part, 'text');
    return part.type === 'text' && text !== undefined && text !== '' ? [textBlock(text, part)] : [];
  });
}

/**
 * Moves system messages after the first turn to where the provider accepts them.
 *
 * in:     the conversation after its leading system messages; whether the model accepts the role inside a conversation.
 * out:    for such a model, each run directly after a user turn and before an assistant turn or the end; adjacent runs are merged. A run
 *         that fits nowhere, and every run for other models, becomes user turns in place, but never between a tool call and its result. The
 *         output for turn n stays a prefix of that for turn n + 1, so that prompt caches still match.
 * source: LiteLLM 1.106.2, prompt_templates/mid_conversation_system.py, read 2026-11-23.
 */
export function placeSystem(messages: readonly JsonObject[], takesSystem: boolean): readonly JsonObject[] {
  if (!messages.some(isSystem)) return messages;
  return takesSystem ? placeInside(messages) : convertInPlace(messages);
}

function convertInPlace(messages: readonly JsonObject[]): readonly JsonObject[] {
  const runs = toRuns(messages);
  return runs.flatMap((run, index) => {
    const before = runs[index - 1];
    if (run.kind === 'system') return runs[index + 1]?.kind === 'tool' ? [] : run.messages.flatMap(toUserTurn);
    if (run.kind === 'tool' && before?.kind === 'system') return [...run.messages, ...before.messages.flatMap(toUserTurn)];
    return run.messages;
  });
}

interface Run {
  readonly kind: string;
  readonly messages: readonly JsonObject[];
}

function toRuns(messages: readonly JsonObject[]): readonly Run[] {
  const runs: { kind: string; messages: JsonObject[] }[] = [];
  for (const message of messages) {
    const role = readString(message, 'role') ?? '';
    const kind = TOOL_ROLES.has(role) ? 'tool' : role;
    const last = runs.at(-1);
    if (last?.kind === kind) last.messages.push(message);
    else runs.push({ kind, messages: [message] });
  }
  return runs;
}

function toUserTurn(message: JsonObject): readonly JsonObject[] {
  const blocks = toSystemBlocks(message);
  return blocks.length === 0 ? [] : [{ role: 'user', content: [{ type: 'text', text: OPERATOR_NOTE }, ...blocks] }];
}

function placeInside(messages: readonly JsonObject[]): readonly JsonObject[] {
  const groups = toGroups(messages);
  const anchors = toSystemRuns(messages).map((run) => ({ run, anchor: findAnchor(run, messages, groups) }));
  return groups.flatMap((group, groupIndex) => {
    const anchored = anchors.filter(({ anchor }) => anchor === groupIndex).flatMap(({ run }) => run.map((index) => messages[index] ?? {}));
    const blocks = group.isUser ? anchored.flatMap(toSystemBlocks) : [];
    const shown = group.indices.flatMap((index) => {
      const following = anchors.filter(({ run, anchor }) => anchor === undefined && run[0] === index + 1);
      return [messages[index] ?? {}, ...following.flatMap(({ run }) => run.flatMap((at) => toUserTurn(messages[at] ?? {})))];
    });
    return blocks.length === 0 ? shown : [...shown, { role: 'system', content: blocks }];
  });
}

function toGroups(messages: readonly JsonObject[]): readonly Group[] {
  const groups: { isUser: boolean; indices: number[] }[] = [];
  for (const [index, message] of messages.entries()) {
    if (isSystem(message)) continue;
    const isUser = isUserMessage(message);
    const last = groups.at(-1);
    if (last?.isUser === isUser) last.indices.push(index);
    else groups.push({ isUser, indices: [index] });
  }
  return groups;
}

function toSystemRuns(messages: readonly JsonObject[]): readonly (readonly number[])[] {
  const runs: number[][] = [];
  for (const [index, message] of messages.entries()) {
    if (!isSystem(message)) continue;
    const last = runs.at(-1);
    if (last?.at(-1) === index - 1) last.push(index);
    else runs.push([index]);
  }
  return runs;
}

/** The user turn that a run is to follow. Only its neighbours decide, so that a longer replay of the conversation cannot move it. */
function findAnchor(run: readonly number[], messages: readonly JsonObject[], groups: readonly Group[]): number | undefined {
  const previous = (run[0] ?? 0) - 1;
  const neighbour = isUserMessage(messages[previous] ?? {}) ? previous : (run.at(-1) ?? 0) + 1;
  if (!isUserMessage(messages[neighbour] ?? {})) return undefined;
  const anchor = groups.findIndex(({ indices }) => indices.includes(neighbour));
  const isShown = ({ indices }: Group): boolean => indices.some((index) => isShownMessage(messages[index] ?? {}));
  const group = groups[anchor];
  if (group === undefined || !isShown(group)) return undefined;
  const next = groups.slice(anchor + 1).find(isShown);
  return next === undefined || !next.isUser ? anchor : undefined;
}

function isSystem(message: JsonObject): boolean {
  return message['role'] === 'system';
}

function isUserMessage(message: JsonObject): boolean {
  return USER_ROLES.has(readString(message, 'role') ?? '');
}

/** Whether a message produces at least one block in the provider's body. */
function isShownMessage(message: JsonObject): boolean {
  const { role, content } = message;
  if (TOOL_ROLES.has(typeof role === 'string' ? role : '') || typeof content === 'string') return true;
  const parts = blocksOf(content);
  if (role !== 'assistant') return parts.some((part) => SHOWN_USER_PARTS.has(part.type));
  const fields = message['provider_specific_fields'];
  const hasThinking = parts.some((part) => part.type === 'thinking' || part.type === 'redacted_thinking');
  return (
    parts.some(isShownAssistantPart) ||
    (!hasThinking && blocksOf(message['thinking_blocks']).some(isSignedThinking)) ||
    isFilled(message['tool_calls']) ||
    isFilled(message['function_call']) ||
    (isObject(fields) && isFilled(fields['compaction_blocks']))
  );
}

function isShownAssistantPart(part: Block): boolean {
  if (part.type === 'thinking') return isSignedThinking(part);
  return part.type === 'text' || part.type === 'server_tool_use' || part.type.endsWith('_tool_result');
}

function isFilled(value: JsonValue | undefined): boolean {
  return isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;
}

/**
 * Whether the provider accepts a replayed block of thinking. It verifies signatures: a block without one (from another provider's model),
 * or with another provider's encrypted reasoning in its place, is refused.
 */
export function isSignedThinking(block: JsonObject): boolean {
  if (block['type'] !== 'thinking' && block['type'] !== 'redacted_thinking') return false;
  const proof = block['type'] === 'thinking' ? block['signature'] : block['data'];
  if (typeof proof === 'string' && proof.startsWith('litellm_encrypted_reasoning:')) return false;
  return block['type'] === 'redacted_thinking' || (typeof proof === 'string' && proof !== '');
}

function textBlock(text: string, holder: JsonObject): Block {
  const cache = holder['cache_control'];
  if (!isObject(cache) || cache['type'] !== 'ephemeral') return { type: 'text', text };
  const ttl = cache['ttl'];
  return { type: 'text', text, cache_control: { type: 'ephemeral', ...((ttl === '1h' || ttl === '5m') && { ttl }) } };
}
