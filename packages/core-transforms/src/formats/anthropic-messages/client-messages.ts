import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { takesCacheControl } from './client-model.ts';
import { cacheMark, toTextParts, toToolResultContent, toUserPart } from './client-parts.ts';
import { shortenToolName } from './client-tools.ts';
import { OPERATOR_NOTE } from './place-system.ts';
import { blocksOf, isArray, readString, type Block } from './types.ts';

/** Marks reasoning that only the provider which encrypted it can read. */
const ENCRYPTED = 'litellm_encrypted_reasoning:';

/**
 * A messages request's conversation, system prompt first → chat messages.
 *
 * in:     messages mended by mendHistory; `system` as a string or blocks.
 * out:    tool results become messages of their own, before the user's text of the same turn; thinking is passed in `thinking_blocks` and,
 *         if readable, in `reasoning_content`. A member without a value is left out.
 * source: LiteLLM 1.106.2, llms/anthropic/pass_through/adapters/transformation.py, read 2026-11-23.
 */
export function toChatMessages(messages: readonly JsonValue[], system: JsonValue | undefined, plan: Plan): readonly JsonObject[] {
  const takesCache = takesCacheControl(plan);
  const chat: JsonObject[] = [...toSystemMessage(system, takesCache)];
  for (const turn of placeSystemTurns(messages.filter(isObject), plan)) {
    const text = plainText(turn);
    if (text === undefined) chat.push(...toMessages(turn, takesCache));
    else if (text !== '' || turn['role'] === 'assistant') chat.push({ role: turn['role'], content: text });
  }
  return chat;
}

/** The text of a turn whose content is only that, as most are: such a turn becomes one message, or none. */
function plainText({ role, content }: JsonObject): string | undefined {
  return typeof content === 'string' && (role === 'user' || role === 'assistant') ? content : undefined;
}

function toMessages(turn: JsonObject, takesCache: boolean): readonly JsonObject[] {
  switch (turn['role']) {
    case 'system':
      return toSystemMessage(withoutEmptyTexts(turn['content']), takesCache);
    case 'user':
      return toUserMessages(turn['content'], takesCache);
    case 'assistant':
      return toAssistantMessage(turn['content'], takesCache);
    default:
      return [];
  }
}

function toSystemMessage(content: JsonValue | undefined, takesCache: boolean): readonly JsonObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ role: 'system', content }];
  const parts = toTextParts(blocksOf(content), takesCache);
  return parts.length === 0 ? [] : [{ role: 'system', content: parts }];
}

function withoutEmptyTexts(content: JsonValue | undefined): JsonValue | undefined {
  return isArray(content) ? blocksOf(content).filter((block) => (readString(block, 'text') ?? '') !== '') : content;
}

function toUserMessages(content: JsonValue | undefined, takesCache: boolean): readonly JsonObject[] {
  const blocks = blocksOf(content);
  const results = blocks.flatMap((block): readonly JsonObject[] => {
    if (block.type !== 'tool_result') return [];
    const result = toToolResultContent(block['content']);
    return [{ role: 'tool', tool_call_id: block['tool_use_id'] ?? '', content: result, ...cacheMark(block, takesCache) }];
  });
  const parts = blocks.map((block) => toUserPart(block, takesCache)).filter((part) => part !== undefined);
  return parts.length === 0 ? results : [...results, { role: 'user', content: parts }];
}

function toAssistantMessage(content: JsonValue | undefined, takesCache: boolean): readonly JsonObject[] {
  const blocks = blocksOf(content);
  const texts = toTextParts(blocks, takesCache).map(({ type, text, cache_control: mark }) => ({
    type,
    text,
    ...(mark !== undefined && { cache_control: mark }),
  }));
  const calls = blocks.filter((block) => block.type === 'tool_use').map((block) => toToolCall(block, takesCache));
  const thinking = blocks.flatMap(toThinkingBlock);
  const bareText = isArray(content) ? content.findLast((block) => typeof block === 'string') : undefined;
  if (texts.length + calls.length + thinking.length === 0 && bareText === undefined) return [];
  const reasoning = thinking.map((block) => readString(block, 'thinking') ?? '').filter((text) => text !== '');
  const said = texts.length === 0 ? bareText : joinTexts(texts);
  return [
    {
      role: 'assistant',
      ...(said !== undefined && { content: said }),
      ...(calls.length > 0 && { tool_calls: calls }),
      ...(thinking.length > 0 && { thinking_blocks: thinking }),
      ...(reasoning.length > 0 && { reasoning_content: reasoning.join('\n') }),
    },
  ];
}

/** Joins texts into one string, unless one of them has a cache mark: then they stay parts. */
function joinTexts(texts: readonly JsonObject[]): JsonValue {
  if (texts.some((part) => part['cache_control'] !== undefined)) return texts;
  return texts.map((part) => readString(part, 'text') ?? '').join('');
}

function toToolCall(block: Block, takesCache: boolean): JsonObject {
  const fields = block['provider_specific_fields'];
  const signature = isObject(fields) ? readString(fields, 'signature') : undefined;
  return {
    id: block['id'] ?? '',
    type: 'function',
    function: {
      name: shortenToolName(readString(block, 'name') ?? ''),
      arguments: toPythonJson(block['input'] ?? {}),
      ...(signature !== undefined && signature !== '' && { provider_specific_fields: { thought_signature: signature } }),
    },
    ...cacheMark(block, takesCache),
  };
}

function toThinkingBlock(block: Block): readonly JsonObject[] {
  if (block.type === 'redacted_thinking') {
    const data = readString(block, 'data') ?? '';
    return data.startsWith(ENCRYPTED) ? [] : [{ type: 'redacted_thinking', data }];
  }
  const signature = readString(block, 'signature') ?? '';
  if (block.type !== 'thinking' || signature.startsWith(ENCRYPTED)) return [];
  return [{ type: 'thinking', thinking: readString(block, 'thinking') ?? '', signature }];
}

/** For models that accept no system role inside a conversation, system turns after the first turn become user turns with a note. */
function placeSystemTurns(turns: readonly JsonObject[], plan: Plan): readonly JsonObject[] {
  const start = turns.findIndex((turn) => turn['role'] !== 'system');
  const isAllowed = plan.facts?.supports.has('mid_conversation_system') === true;
  if (isAllowed || start === -1 || !turns.some((turn, index) => index > start && turn['role'] === 'system')) return turns;
  return [
    ...turns.slice(0, start),
    ...afterToolResults(turns.slice(start)).map((turn) => (turn['role'] === 'system' ? asUserTurn(turn) : turn)),
  ];
}

/** Moves each run of system turns behind a following turn that begins with tool results: a result must directly follow its call. */
function afterToolResults(turns: readonly JsonObject[]): readonly JsonObject[] {
  const placed: JsonObject[] = [];
  let waiting: JsonObject[] = [];
  for (const turn of turns) {
    if (turn['role'] === 'system') waiting.push(turn);
    else {
      placed.push(...(opensWithToolResult(turn) ? [turn, ...waiting] : [...waiting, turn]));
      waiting = [];
    }
  }
  return [...placed, ...waiting];
}

function opensWithToolResult(turn: JsonObject): boolean {
  const content = turn['content'];
  return turn['role'] === 'user' && isArray(content) && isObject(content[0]) && content[0]['type'] === 'tool_result';
}

function asUserTurn(turn: JsonObject): JsonObject {
  const content = turn['content'];
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : blocksOf(content);
  return { role: 'user', content: [{ type: 'text', text: OPERATOR_NOTE }, ...blocks] };
}
