import type { JsonArray, JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { placeSystem } from './place-system.ts';
import { blocksOf, isArray } from './types.ts';

/** Members as required by the row of a copy of the API: see MessagesRules. */
export function fitHost(members: JsonObject, plan: Plan): JsonObject {
  const rules = plan.provider.messages;
  const lifted = rules?.liftsSystem === true ? liftSystem(members, plan) : members;
  return rules?.dropsCacheScope === true ? withoutCacheScope(lifted) : lifted;
}

/**
 * System messages at the start of a conversation join the system prompt, the only place where hosts of the API accept them; later ones
 * become user turns for models without that role.
 *
 * out:    the system prompt as blocks; the same object if nothing has to change.
 * source: LiteLLM 1.106.2, pass_through/messages/transformation.py `_normalize_system_role_messages`, read 2026-11-23.
 */
export function liftSystem(members: JsonObject, plan: Plan): JsonObject {
  const { messages, system } = members;
  const isChanged = typeof system === 'string' || (isArray(system) && system.length === 0);
  if (!isArray(messages) || !messages.some(isSystem)) return isChanged ? withSystem(members, toBlocks(system)) : members;
  const first = messages.findIndex((message) => !isSystem(message));
  const count = first === -1 ? messages.length : first;
  const leading = messages.slice(0, count).filter(isObject);
  const rest = messages.slice(count);
  const keeps = plan.facts?.supports.has('mid_conversation_system') === true || !rest.every(isObject);
  const placed = keeps ? rest : placeSystem(rest.filter(isObject), false);
  const blocks = [...toBlocks(system), ...leading.flatMap((message) => toBlocks(message['content']))];
  return withSystem({ ...members, messages: placed }, blocks);
}

/** Members whose cache marks have no `scope`, which only Anthropic itself knows; the same object if none had one. */
export function withoutCacheScope(members: JsonObject): JsonObject {
  const { system, messages } = members;
  const cleanSystem = isArray(system) ? mapList(system, withoutScope) : system;
  const cleanMessages = isArray(messages) ? mapList(messages, cleanMessage) : messages;
  return cleanSystem === system && cleanMessages === messages ? members : { ...members, system: cleanSystem, messages: cleanMessages };
}

/** The URLs in blocks of these types: not every host of the API fetches them. */
export function remoteMedia({ messages }: JsonObject, types: readonly string[]): readonly string[] {
  const blocks = isArray(messages) ? messages.filter(isObject).flatMap((message) => blocksOf(message['content'])) : [];
  return blocks.flatMap(({ type, source }) =>
    types.includes(type) && isObject(source) && source['type'] === 'url' ? [String(source['url'])] : [],
  );
}

/** Maps a list; the same list if nothing changed. */
export function mapList(list: JsonArray, change: (item: JsonValue) => JsonValue): JsonArray {
  const changed = list.map(change);
  return changed.every((item, index) => item === list[index]) ? list : changed;
}

function cleanMessage(message: JsonValue): JsonValue {
  if (!isObject(message) || !isArray(message['content'])) return message;
  const content = mapList(message['content'], withoutScope);
  return content === message['content'] ? message : { ...message, content };
}

function withoutScope(block: JsonValue): JsonValue {
  const mark = isObject(block) ? block['cache_control'] : undefined;
  if (!isObject(block) || !isObject(mark) || mark['scope'] === undefined) return block;
  const { scope: _scope, ...rest } = mark;
  return { ...block, cache_control: rest };
}

/** The provider refuses an empty prompt. */
function withSystem(members: JsonObject, blocks: readonly JsonValue[]): JsonObject {
  return { ...members, system: blocks.length === 0 ? undefined : blocks };
}

function isSystem(message: JsonValue): boolean {
  return isObject(message) && message['role'] === 'system';
}

function toBlocks(content: JsonValue | undefined): readonly JsonValue[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return isArray(content) ? content : [];
}
