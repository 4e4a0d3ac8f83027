import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import type { ResponsesRules } from '../../providers/provider-row.ts';
import { parseJson } from '../../json/parse-json.ts';

/** The prefixes of OpenAI's ids of tool calls. */
const CALL_ID_PREFIXES: Readonly<Record<string, string>> = { function_call: 'fc', custom_tool_call: 'ctc' };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/u;

/**
 * Adapts a call's input to a provider of the responses API.
 *
 * in:     `input` as the client sent it.
 * out:    the same value if nothing had to change. Removed are cache marks, which are Anthropic's, null members of reasoning and, if the
 *         row says so, ids and reasoning that the provider did not make.
 * source: LiteLLM 1.106.2, llms/openai/responses/transformation.py `_prepared_input_and_tools`, read 2026-11-23.
 */
export function fitInput(input: JsonValue | undefined, rules: ResponsesRules): JsonValue | undefined {
  if (!Array.isArray(input)) return input;
  const items: readonly JsonValue[] = input;
  const fit = items.flatMap((item) => (isObject(item) ? fitItem(item, rules) : [item]));
  return fit.length === items.length && fit.every((item, index) => item === items[index]) ? input : fit;
}

/** A value without `cache_control`, at any depth; the same value if there is none. */
export function withoutCacheControl(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const list: readonly JsonValue[] = value;
    const cleaned = list.map(withoutCacheControl);
    return cleaned.every((item, index) => item === list[index]) ? value : cleaned;
  }
  if (!isObject(value)) return value;
  let changed = Object.hasOwn(value, 'cache_control');
  const members: [string, JsonValue][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (name === 'cache_control' || member === undefined) continue;
    const cleaned = withoutCacheControl(member);
    changed ||= cleaned !== member;
    members.push([name, cleaned]);
  }
  return changed ? Object.fromEntries(members) : value;
}

function fitItem(item: JsonObject, { readsOwnHistoryOnly, dropsStatus, typesItems }: ResponsesRules): readonly JsonValue[] {
  if (readsOwnHistoryOnly === true && isGatewaysReasoning(item)) return [];
  let fit = item;
  if (item['type'] === 'reasoning') fit = fitReasoning(item, dropsStatus === true);
  else if (item['type'] === 'message' && dropsStatus === true) fit = without(item, (name) => name === 'status');
  else if (item['type'] === 'custom_tool_call') fit = without(item, (name) => name === 'namespace');
  if (readsOwnHistoryOnly === true) fit = withoutForeignId(fit);
  if (typesItems === true && item['type'] === undefined) fit = { ...fit, type: 'message' };
  return [withoutCacheControl(fit)];
}

/** Whether reasoning was made by a gateway from another provider's: its id is a UUID, its encrypted part a list of thinking blocks. */
function isGatewaysReasoning({ type, id, encrypted_content: encrypted }: JsonObject): boolean {
  if (type !== 'reasoning') return false;
  if (typeof id === 'string' && id.startsWith('rs_') && UUID.test(id.slice(3))) return true;
  return decodeThinkingBlocks(encrypted).length > 0;
}

/**
 * The thinking blocks in a reasoning item's `encrypted_content` that the provider which made them can verify.
 *
 * out: empty for a text that is not such a list.
 */
export function decodeThinkingBlocks(encrypted: JsonValue | undefined): readonly JsonObject[] {
  if (typeof encrypted !== 'string' || encrypted.trim() === '') return [];
  const blocks = parseJson(encrypted);
  return Array.isArray(blocks) ? blocks.filter(isObject).filter(isSignedBlock) : [];
}

/** Whether a thinking block has what its provider needs to verify it. */
export function isSignedBlock({ type, signature, data }: JsonObject): boolean {
  if (type === 'thinking') return typeof signature === 'string' && signature !== '';
  return type === 'redacted_thinking' && typeof data === 'string' && data !== '';
}

function fitReasoning(item: JsonObject, dropsStatus: boolean): JsonObject {
  const { id, summary } = item;
  const isWhole = typeof id === 'string' && Array.isArray(summary) && summary.every(isObject);
  if (!isWhole) return without(item, (name, value) => value === null && /^(?:status|content|encrypted_content)$/u.test(name));
  return without(item, (name, value) => value === null || (dropsStatus && name === 'status'));
}

function withoutForeignId(item: JsonObject): JsonObject {
  const { type, id } = item;
  const prefix = typeof type === 'string' ? CALL_ID_PREFIXES[type] : undefined;
  if (prefix === undefined || typeof id !== 'string' || id.startsWith(prefix)) return item;
  return without(item, (name) => name === 'id');
}

function without(object: JsonObject, isDropped: (name: string, value: JsonValue | undefined) => boolean): JsonObject {
  const entries = Object.entries(object);
  const kept = entries.filter(([name, value]) => !isDropped(name, value));
  return kept.length === entries.length ? object : Object.fromEntries(kept);
}
