import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import { isObject } from '../../json/is-object.ts';
import { isSaid, objectsIn } from '../openai-chat/types.ts';
import { parseJson } from '../../json/parse-json.ts';

const TOOL_ROLES: ReadonlySet<JsonValue | undefined> = new Set(['tool', 'function']);
const HISTORY_ROLES: Readonly<Record<string, string>> = { user: 'USER', system: 'SYSTEM', assistant: 'CHATBOT' };

/**
 * Chat messages in the first version's shape: the last one as `message`, tool results at the end as `tool_results`, everything before as
 * `chat_history`, with consecutive messages of one role as one entry.
 *
 * errors: `bad-request` for no messages, or one of an unknown role.
 * source: LiteLLM 1.106.2, prompt_templates/factory.py `cohere_messages_pt_v2`, read 2026-11-27.
 */
export function toConversation(messages: readonly JsonObject[]): Outcome<JsonObject> {
  const last = messages.at(-1);
  if (last === undefined) return refuse('messages: there is none');
  const calls = messages.flatMap((message) => objectsIn(message['tool_calls']));
  const spoken = messages.findLastIndex(({ role }) => !TOOL_ROLES.has(role));
  const results = messages.slice(spoken + 1).map((message) => toToolResult(message, calls));
  const history = toHistory(results.length > 0 ? messages.slice(0, spoken + 1) : messages.slice(0, -1), calls);
  if (!history.ok) return history;
  return ok({
    ...(results.length > 0 ? { tool_results: results } : { message: textOf(last['content']) }),
    ...(history.value.length > 0 && { chat_history: history.value }),
    // Without it the provider refuses results directly after a user's message.
    ...(history.value.at(-1)?.['role'] === 'USER' && { force_single_step: true }),
  });
}

function toHistory(messages: readonly JsonObject[], calls: readonly JsonObject[]): Outcome<readonly JsonObject[]> {
  const history: JsonObject[] = [];
  for (const message of messages) {
    const entry = toEntry(message, calls);
    if (entry === undefined) return refuse(`messages: unknown role ${JSON.stringify(message['role'] ?? null)}`);
    const before = history.at(-1);
    if (before !== undefined && before['role'] === entry['role']) history[history.length - 1] = merge(before, entry);
    else if (!isEmpty(entry)) history.push(entry);
  }
  return ok(history);
}

function toEntry(message: JsonObject, calls: readonly JsonObject[]): JsonObject | undefined {
  const { role, content, tool_calls: given } = message;
  if (TOOL_ROLES.has(role)) return { role: 'TOOL', tool_results: [toToolResult(message, calls)] };
  const name = typeof role === 'string' ? HISTORY_ROLES[role] : undefined;
  if (name === undefined) return undefined;
  const invoked = name === 'CHATBOT' && { tool_calls: objectsIn(given).map(toInvocation) };
  return { role: name, message: textOf(content), ...invoked };
}

/** A turn that only calls tools is left out: the results that follow name the calls. */
function isEmpty({ message }: JsonObject): boolean {
  return message === '';
}

function merge(first: JsonObject, second: JsonObject): JsonObject {
  const merged = Object.entries(second).map(([name, value]) => {
    const before = first[name];
    if (Array.isArray(before) && Array.isArray(value)) return [name, [...before, ...value]] as const;
    return [name, name === 'message' ? String(before) + String(value) : value] as const;
  });
  return Object.fromEntries(merged);
}

function toInvocation(call: JsonObject): JsonObject {
  const { name = '', arguments: words } = isObject(call['function']) ? call['function'] : {};
  return { name, parameters: readObject(words) };
}

function toToolResult({ tool_call_id: id, name: own, content }: JsonObject, calls: readonly JsonObject[]): JsonObject {
  const call = calls.find((candidate) => isSaid(id) && candidate['id'] === id);
  const invoked = call === undefined ? { name: own ?? '', parameters: {} } : toInvocation(call);
  const words = textOf(content);
  const parsed = words === '' ? {} : parseJson(words);
  return { call: invoked, outputs: [isObject(parsed) ? parsed : { result: words }] };
}

function readObject(words: JsonValue | undefined): JsonObject {
  const parsed = typeof words === 'string' ? parseJson(words) : words;
  return isObject(parsed) ? parsed : {};
}

function textOf(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content;
  return objectsIn(content)
    .map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : ''))
    .join('');
}

function refuse(message: string): Outcome<never> {
  return fail({ kind: 'bad-request', path: '', message });
}
