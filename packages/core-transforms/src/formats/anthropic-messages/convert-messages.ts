import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { badRequest } from './errors.ts';
import { toAssistantBlocks } from './convert-assistant.ts';
import { toToolResult, toUserBlock, withCache } from './convert-parts.ts';
import { placeSystem, splitLeadingSystem, toSystemBlocks, toSystemPrompt } from './place-system.ts';
import { repairToolExchanges } from './repair-messages.ts';
import { blocksOf, EMPTY_TEXT, isArray, readString, type Block, type Turn } from './types.ts';

/** The converted conversation: the system prompt's blocks and the turns. */
export interface Conversation {
  readonly system: readonly JsonObject[];
  readonly turns: readonly Turn[];
}

/** What the conversion depends on besides the messages. */
export interface ConversationRules {
  /** The model accepts role `system` inside a conversation. */
  readonly takesSystem: boolean;
  /** `modify_params`. */
  readonly mends: boolean;
  /** The gateway's id of this call; the ids of old-style function calls and their results, which have none, are derived from it. */
  readonly callId: string;
}

/** Content types of user messages that the reference lets through; it refuses others for every provider. */
const USER_PART_TYPES: ReadonlySet<string> = new Set(
  'text image_url input_audio audio_url document guarded_text grounding_source query video_url file'.split(' '),
);

const NO_MESSAGE =
  'Anthropic requires at least one non-system message. Either provide one, or set `litellm.modify_params = True` // ' +
  "`litellm_settings::modify_params: True` to add the dummy user message - {'role': 'user', 'content': 'Please continue.'}.";

/**
 * A chat request's `messages`, tidied as the reference tidies them for every provider: a message without a role is the assistant's, null
 * members are removed, `developer` means `system`.
 *
 * errors: `bad-request` if it is not a list of objects, or a user message has a part of an unknown type.
 */
export function readMessages(given: JsonValue | undefined): Outcome<readonly JsonObject[]> {
  if (given === undefined || given === null) {
    return fail({ kind: 'bad-request', path: 'messages', message: "/chat/completions: Missing required parameter: 'messages'." });
  }
  if (!isArray(given)) return badRequest('messages', 'messages must be a list');
  const messages: JsonObject[] = [];
  for (let index = 0; index < given.length; index += 1) {
    const message = given[index];
    if (!isObject(message)) return badRequest(`messages[${index}]`, 'a message must be an object');
    const tidy = tidyMessage(message);
    const strange =
      tidy['role'] === 'user' && isArray(tidy['content']) && !tidy['content'].every((part) => !isObject(part) || isUserPart(part));
    if (strange) {
      const text = `Invalid user message at index ${index}. Please ensure all user messages are valid OpenAI chat completion messages.`;
      return badRequest(`messages[${index}]`, text);
    }
    messages.push(tidy);
  }
  return ok(messages);
}

/**
 * Tidied messages → the provider's system prompt and turns: consecutive messages of one side form one turn, tool results belong to the
 * user, empty texts get a placeholder, and white space at the end of a final assistant turn is removed.
 *
 * errors: `bad-request` if there is no turn to answer, for an unknown role, and for parts that cannot be converted; `declined` for media
 *         that have to be fetched.
 * source: LiteLLM 1.106.2, prompt_templates/factory.py `anthropic_messages_pt`, read 2026-11-23.
 */
export function convertMessages(messages: readonly JsonObject[], rules: ConversationRules): Outcome<Conversation> {
  const [leading, rest] = splitLeadingSystem(messages);
  const placed = placeSystem(rest, rules.takesSystem);
  const said = (rules.mends ? repairToolExchanges(placed) : placed).map(withoutEmptyText);
  if (said.length === 0 && !rules.mends) return badRequest('messages', NO_MESSAGE);
  const turns = toTurns(said.length === 0 ? [{ role: 'user', content: 'Please continue.' }] : said, rules);
  return turns.ok ? ok({ system: toSystemPrompt(leading), turns: trimLast(turns.value) }) : turns;
}

function tidyMessage(message: JsonObject): JsonObject {
  if (isTidy(message)) return message;
  const filled = Object.entries(message).filter(([, value]) => value !== undefined && value !== null);
  const tidy: JsonObject = Object.fromEntries(filled);
  if (tidy['role'] === 'developer') return { role: 'system', content: tidy['content'] };
  return tidy['role'] === undefined || tidy['role'] === '' ? { ...tidy, role: 'assistant' } : tidy;
}

function isTidy(message: JsonObject): boolean {
  const { role } = message;
  if (typeof role !== 'string' || role === '' || role === 'developer') return false;
  for (const name in message) if (message[name] === undefined || message[name] === null) return false;
  return true;
}

function isUserPart(part: JsonObject): boolean {
  return typeof part['type'] === 'string' && USER_PART_TYPES.has(part['type']);
}

function withoutEmptyText(message: JsonObject): JsonObject {
  const { role, content } = message;
  if (role !== 'user' && role !== 'assistant') return message;
  if (typeof content === 'string') return content.trim() === '' ? { ...message, content: EMPTY_TEXT } : message;
  if (!isArray(content) || !content.some(isEmptyText)) return message;
  return { ...message, content: content.map((part) => (isObject(part) && isEmptyText(part) ? { ...part, text: EMPTY_TEXT } : part)) };
}

function isEmptyText(part: JsonValue): boolean {
  return isObject(part) && part['type'] === 'text' && (readString(part, 'text') ?? '').trim() === '';
}

function toTurns(messages: readonly JsonObject[], rules: ConversationRules): Outcome<readonly Turn[]> {
  const turns: Turn[] = [];
  let blocks: Block[] = [];
  let side: Turn['role'] | undefined;
  let callIds: Set<string> | undefined;
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index] ?? NO_MEMBERS;
    const role = sideOf(message);
    if (role === undefined) return badRequest(`messages[${index}].role`, `Invalid Message passed in ${JSON.stringify(message)}`);
    if (role !== side || role === 'system') {
      if (side !== undefined && blocks.length > 0) turns.push({ role: side, content: blocks });
      blocks = [];
      callIds = undefined;
    }
    side = role;
    const text = plainText(message);
    if (text !== undefined) {
      // A list created with its first block stays small; one that grows from empty reserves room for many.
      if (blocks.length === 0) blocks = [{ type: 'text', text }];
      else blocks.push({ type: 'text', text });
      continue;
    }
    const converted = toBlocks(message, role, `messages[${index}]`, rules);
    if (!converted.ok) return converted;
    for (const block of converted.value) if (role !== 'assistant' || isFirst(block, (callIds ??= new Set()))) blocks.push(block);
  }
  if (side !== undefined && blocks.length > 0) turns.push({ role: side, content: blocks });
  return ok(turns);
}

const NO_MEMBERS: JsonObject = {};

/** The text of a message that has only a role and a text, as most do. A shortcut: the general way gives the same. */
function plainText(message: JsonObject): string | undefined {
  for (const name in message) if (name !== 'role' && name !== 'content') return undefined;
  const { role, content } = message;
  return typeof content === 'string' && content !== '' && role !== 'tool' && role !== 'function' ? content : undefined;
}

/** Whether a call is seen for the first time: one that a replayed history contains twice must be sent once. */
function isFirst(block: Block, callIds: Set<string>): boolean {
  const id = block.type.endsWith('tool_use') ? readString(block, 'id') : undefined;
  if (id === undefined) return true;
  const isNew = !callIds.has(id);
  callIds.add(id);
  return isNew;
}

function sideOf({ role }: JsonObject): Turn['role'] | undefined {
  if (role === 'tool' || role === 'function') return 'user';
  return role === 'user' || role === 'assistant' || role === 'system' ? role : undefined;
}

function toBlocks(message: JsonObject, side: Turn['role'], path: string, rules: ConversationRules): Outcome<readonly Block[]> {
  if (side === 'system') return ok(toSystemBlocks(message));
  if (side === 'assistant') return toAssistantBlocks(message, path, rules.callId);
  if (message['role'] === 'user') return toUserBlocks(message, path);
  const result = toToolResult(message, path, rules.callId);
  return result.ok ? ok([result.value]) : result;
}

function toUserBlocks(message: JsonObject, path: string): Outcome<readonly Block[]> {
  const { content } = message;
  if (typeof content === 'string') return ok([withCache({ type: 'text', text: content }, message)]);
  const blocks: Block[] = [];
  for (const [index, part] of blocksOf(content).entries()) {
    const converted = toUserBlock(part, `${path}.content[${index}]`);
    if (!converted.ok) return converted;
    if (converted.value !== undefined) blocks.push(converted.value);
  }
  return ok(blocks);
}

/** The provider refuses white space at the end of a text that the assistant is to continue. */
function trimLast(turns: readonly Turn[]): readonly Turn[] {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return turns;
  const content = last.content.map((block) =>
    block.type === 'text' && typeof block['text'] === 'string' ? { ...block, text: block['text'].trimEnd() } : block,
  );
  return [...turns.slice(0, -1), { ...last, content }];
}
