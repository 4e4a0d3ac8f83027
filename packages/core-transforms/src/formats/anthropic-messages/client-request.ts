import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Failure, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { supportedParams } from '../../params/supported-params.ts';
import { mendHistory } from './clean-history.ts';
import { toChatMessages } from './client-messages.ts';
import { takesCacheControl } from './client-model.ts';
import { toResponseFormat } from './client-output-format.ts';
import { toChatThinking } from './client-thinking.ts';
import { toChatToolChoice, toChatTools } from './client-tools.ts';
import { declineAdvisor } from './decline-advisor.ts';
import { blocksOf, isArray, readString } from './types.ts';
import { parseJson } from '../../json/parse-json.ts';

/** Members that are translated, and those that only Anthropic understands; all others are passed on unchanged. */
const TRANSLATED: ReadonlySet<string> = new Set(
  `messages system metadata tools tool_choice thinking output_format output_config stop_sequences stream context_management
   litellm_metadata safeguards container`.split(/\s+/u),
);

const CACHE_KEY_CHARACTERS_MAX = 64;
/** Tool uses that `clear_tool_uses_20250919` keeps by default. */
const KEPT_TOOL_USES = 3;

/**
 * A messages request → a chat request.
 *
 * errors: `bad-request` without messages, and for an unknown tool choice; `declined` if the conversation would have to be cut or summarised
 *         on the way (`context_management`, compaction blocks), or another model called (an advisor).
 * source: LiteLLM 1.106.2, llms/anthropic/pass_through/adapters (handler.py, transformation.py), read 2026-11-23.
 */
export function toChatRequest(body: JsonObject, plan: Plan): Outcome<JsonObject> {
  const { messages, metadata } = body;
  if (!isArray(messages) || messages.length === 0) {
    return fail({ kind: 'bad-request', path: 'messages', message: 'messages is required for Anthropic Messages Request' });
  }
  const toolChoice = toChatToolChoice(body['tool_choice']);
  if (!toolChoice.ok) return toolChoice;
  const declined = declineEdits(body['context_management'], messages, plan) ?? declineAdvisor(body['tools']);
  if (declined !== undefined) return declined;
  const responseFormat = toResponseFormat(body['output_format'], body['output_config']);
  // Filled in member by member: a spread for each optional one would cost as much as everything else here.
  const chat: Record<string, JsonValue | undefined> = {};
  for (const name in body) if (!TRANSLATED.has(name) && body[name] !== null) chat[name] = body[name];
  // No model sees it; a provider may use it to break down its bills.
  if (isObject(metadata) && Object.keys(metadata).length > 0) chat['metadata'] = metadata;
  chat['messages'] = toChatMessages(mendHistory(messages), body['system'], plan);
  setMembers(chat, toUser(metadata, body['prompt_cache_key'], plan));
  if (isFilled(body['stop_sequences'])) chat['stop'] = body['stop_sequences'];
  if (toolChoice.value !== undefined) chat['tool_choice'] = toolChoice.value;
  if (body['tools'] !== undefined) setMembers(chat, toChatTools(body['tools'], takesCacheControl(plan)));
  if (body['thinking'] !== undefined) setMembers(chat, toChatThinking(body['thinking'], body['output_config'], plan));
  if (responseFormat !== undefined) chat['response_format'] = responseFormat;
  if (body['stream'] === true) setMembers(chat, STREAM_MEMBERS);
  return ok(chat);
}

const STREAM_MEMBERS: JsonObject = { stream: true, stream_options: { include_usage: true } };

function setMembers(chat: Record<string, JsonValue | undefined>, members: JsonObject): void {
  for (const name in members) chat[name] = members[name];
}

/** The end user whom the client names, and if that names a session, the key under which the provider may cache the session. */
function toUser(metadata: JsonValue | undefined, cacheKey: JsonValue | undefined, plan: Plan): JsonObject {
  const user = isObject(metadata) ? readString(metadata, 'user_id') : undefined;
  if (user === undefined) return {};
  const session = (cacheKey ?? null) === null ? readSessionKey(user) : undefined;
  const isKey = session !== undefined && supportedParams(plan).has('prompt_cache_key');
  return { user, ...(isKey && { prompt_cache_key: session }) };
}

/**
 * The key under which a provider may cache the session named in a user id; undefined if it names none. Claude Code packs
 * JSON into the user id; a plain id names a person, whose sessions must not share one cache.
 */
export function readSessionKey(user: string): string | undefined {
  const key = readSessionId(user)?.slice(0, CACHE_KEY_CHARACTERS_MAX);
  return key === '' ? undefined : key;
}

function readSessionId(user: string): string | undefined {
  if (!user.startsWith('{')) return undefined;
  const parsed = parseJson(user);
  return isObject(parsed) ? readString(parsed, 'session_id') : undefined;
}

function declineEdits(management: JsonValue | undefined, messages: readonly JsonValue[], plan: Plan): Failure | undefined {
  if (messages.some((message) => countBlocks(message, 'compaction') > 0)) {
    return fail({ kind: 'declined', path: 'messages', reason: 'a compacted conversation is not continued on another provider' });
  }
  if (!isObject(management) || plan.settings.additionalDropParams.includes('context_management')) return undefined;
  const toolUses = messages.reduce<number>((sum, message) => sum + countBlocks(message, 'tool_use'), 0);
  const edits = blocksOf(management['edits']);
  const active = edits.find(
    (edit) => edit.type === 'compact_20260112' || (edit.type === 'clear_tool_uses_20250919' && toolUses > keptToolUses(edit)),
  );
  if (active === undefined) return undefined;
  return fail({
    kind: 'declined',
    path: 'context_management',
    reason: `${active.type} is the provider's work, and this one does not do it`,
  });
}

function countBlocks(message: JsonValue, type: string): number {
  const content = isObject(message) ? message['content'] : undefined;
  return isArray(content) ? blocksOf(content).filter((block) => block.type === type).length : 0;
}

function keptToolUses(edit: JsonObject): number {
  const keep = isObject(edit['keep']) ? edit['keep']['value'] : undefined;
  return typeof keep === 'number' ? keep : KEPT_TOOL_USES;
}

function isFilled(value: JsonValue | undefined): boolean {
  return isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== '';
}
