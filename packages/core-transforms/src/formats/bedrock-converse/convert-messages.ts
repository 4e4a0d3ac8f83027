import type { JsonObject } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { badRequest } from '../anthropic-messages/errors.ts';
import { isArray, readString } from '../anthropic-messages/types.ts';
import type { MarkCache } from './cache-points.ts';
import { orderAssistantBlocks, toAssistantBlocks } from './convert-assistant.ts';
import { toToolResult, toUserBlocks, withoutRepeatedResults } from './convert-user.ts';

/** What the conversion depends on besides the messages. */
export interface TurnRules {
  readonly mark: MarkCache;
  /** `modify_params`: placeholder texts are inserted where the provider requires the sides to take turns. */
  readonly mends: boolean;
  /** The id for a tool result that names no call. */
  readonly resultId: string;
}

/** One turn of the conversation. */
interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly JsonObject[];
}

const CONTINUE = 'Please continue.';
/** A document must be accompanied by a text. */
const DOCUMENT_TEXT = '.';
const NO_MESSAGE = 'Invalid Message bedrock requires at least one non-system message';

/** The blocks of the system prompt, from the system messages at the start of the conversation. */
export function toSystemBlocks(leading: readonly JsonObject[], mark: MarkCache): readonly JsonObject[] {
  return leading.flatMap((message) => {
    const { content } = message;
    if (typeof content === 'string') return content === '' ? [] : [{ text: content }, ...mark(message)];
    return (isArray(content) ? content : []).filter(isObject).flatMap((part) => {
      const text = part['type'] === 'text' ? readString(part, 'text') : undefined;
      return text === undefined || text === '' ? [] : [{ text }, ...mark(part)];
    });
  });
}

/**
 * Messages after the system prompt → turns: consecutive messages of one side form one turn, tool results belong to the user.
 *
 * errors: `bad-request` when there is none, for an unknown role, and for media the provider does not read; `declined` for media
 *         that has to be fetched.
 * source: LiteLLM 1.106.2, prompt_templates/factory.py `_bedrock_converse_messages_pt`, read 2026-11-23.
 */
export function toTurns(messages: readonly JsonObject[], rules: TurnRules): Outcome<readonly JsonObject[]> {
  const said = rules.mends ? withOpenEnds(messages) : messages;
  if (said.length === 0) return badRequest('messages', NO_MESSAGE);
  const turns: Turn[] = [];
  let at = 0;
  while (at < said.length) {
    const kind = kindOf(said[at] ?? {});
    if (kind === undefined) return badRequest(`messages[${at}].role`, `Invalid Message passed in ${JSON.stringify(said[at])}`);
    const blocks: JsonObject[] = [];
    for (; at < said.length && kindOf(said[at] ?? {}) === kind; at += 1) {
      const converted = toBlocks(said[at] ?? {}, kind, `messages[${at}]`, rules);
      if (!converted.ok) return converted;
      blocks.push(...converted.value);
    }
    addTurn(turns, kind, blocks, rules.mends);
  }
  return ok(
    withUniqueDocuments(turns)
      .map(withTextBesideDocument)
      .map(({ role, content }) => ({ role, content })),
  );
}

type Kind = 'user' | 'tool' | 'assistant';

function kindOf({ role }: JsonObject): Kind | undefined {
  return role === 'user' || role === 'tool' || role === 'assistant' ? role : undefined;
}

function toBlocks(message: JsonObject, kind: Kind, path: string, { mark, mends, resultId }: TurnRules): Outcome<readonly JsonObject[]> {
  if (kind === 'assistant') return toAssistantBlocks(message, path, mark);
  if (kind === 'tool') return toToolResult(message, path, mark, resultId);
  return toUserBlocks(mends ? withWords(message) : message, path, mark);
}

function addTurn(turns: Turn[], kind: Kind, given: readonly JsonObject[], mends: boolean): void {
  const role = kind === 'assistant' ? 'assistant' : 'user';
  const content = kind === 'assistant' ? orderAssistantBlocks(given) : kind === 'tool' ? withoutRepeatedResults(given) : given;
  if (content.length === 0) return;
  const last = turns.at(-1);
  if (last?.role !== role || role === 'assistant') turns.push({ role, content });
  else if (mends) turns.push({ role: 'assistant', content: [{ text: CONTINUE }] }, { role, content });
  else turns[turns.length - 1] = { role, content: [...last.content, ...content] };
}

function isOpen(message: JsonObject | undefined): boolean {
  return message?.['role'] === 'assistant' && (message['prefix'] === undefined || message['prefix'] === false);
}

/** With `modify_params` the user speaks first and last. */
function withOpenEnds(messages: readonly JsonObject[]): readonly JsonObject[] {
  const word: JsonObject = { role: 'user', content: CONTINUE };
  if (messages.length === 0) return [word];
  return [...(isOpen(messages[0]) ? [word] : []), ...messages, ...(isOpen(messages.at(-1)) ? [word] : [])];
}

/** Gives an empty user message a placeholder text. */
function withWords(message: JsonObject): JsonObject {
  const { content } = message;
  if (content === undefined || (typeof content === 'string' && content.trim() === '') || (isArray(content) && content.length === 0)) {
    return { role: 'user', content: CONTINUE };
  }
  if (!isArray(content)) return message;
  const empty = content.findIndex((part) => isObject(part) && part['type'] === 'text' && (readString(part, 'text') ?? '').trim() === '');
  const part = content[empty];
  return isObject(part) ? { ...message, content: content.with(empty, { ...part, text: CONTINUE }) } : message;
}

function nameOf({ document }: JsonObject): string | undefined {
  return isObject(document) ? readString(document, 'name') : undefined;
}

/** Numbers the later copies of a document that is in several turns: the provider refuses repeated names. */
function withUniqueDocuments(turns: readonly Turn[]): readonly Turn[] {
  const used = new Set(turns.flatMap(({ content }) => content.flatMap((block) => nameOf(block) ?? [])));
  const counts = new Map<string, number>();
  return turns.map((turn) => ({
    ...turn,
    content: turn.content.map((block) => {
      const name = nameOf(block);
      if (name === undefined) return block;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      if (count === 1) return block;
      let suffix = count;
      while (used.has(`${name}_${suffix}`)) suffix += 1;
      used.add(`${name}_${suffix}`);
      return { document: { ...(isObject(block['document']) ? block['document'] : {}), name: `${name}_${suffix}` } };
    }),
  }));
}

function withTextBesideDocument(turn: Turn): Turn {
  const { role, content } = turn;
  const needsText =
    role === 'user' && content.some((block) => block['document'] !== undefined) && !content.some((block) => block['text'] !== undefined);
  if (!needsText) return turn;
  const end = content.at(-1)?.['cachePoint'] === undefined ? content.length : content.length - 1;
  return { role, content: [...content.slice(0, end), { text: DOCUMENT_TEXT }, ...content.slice(end)] };
}
