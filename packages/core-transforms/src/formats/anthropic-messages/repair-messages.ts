import type { JsonObject } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { isArray, readString } from './types.ts';

/**
 * Repairs a conversation whose tool calls and results do not match; only with `modify_params`, since it changes what was said.
 *
 * out:    a call without a result gets one that says so; a result without a call is removed; of two results for one call the last stays.
 * source: LiteLLM 1.106.2, prompt_templates/factory.py `sanitize_messages_for_tool_calling`, read 2026-11-23.
 */
export function repairToolExchanges(messages: readonly JsonObject[]): readonly JsonObject[] {
  const mended: JsonObject[] = [];
  let skipped = 0;
  for (const [index, message] of messages.entries()) {
    if (skipped > 0) {
      skipped -= 1;
      continue;
    }
    const exchange = completeExchange(messages, index);
    if (exchange !== undefined) {
      mended.push(...exchange.messages);
      skipped = exchange.consumed;
    } else if (!isOrphanedResult(message, mended)) mended.push(message);
  }
  return withoutRepeatedResults(mended);
}

interface Exchange {
  readonly messages: readonly JsonObject[];
  /** How many messages after the assistant's are in `messages` already. */
  readonly consumed: number;
}

function completeExchange(messages: readonly JsonObject[], index: number): Exchange | undefined {
  const message = messages[index];
  const calls = message?.['role'] === 'assistant' ? callsOf(message) : new Map<string, string>();
  if (message === undefined || calls.size === 0) return undefined;
  const after = messages.slice(index + 1);
  const end = after.findIndex((next) => next['role'] === 'assistant');
  const results = (end === -1 ? after : after.slice(0, end)).filter(
    (next) => isResult(next) && calls.has(readString(next, 'tool_call_id') ?? ''),
  );
  const answered = new Set(results.map((result) => readString(result, 'tool_call_id')));
  const missing = [...calls].filter(([id]) => !answered.has(id));
  if (missing.length === 0) return undefined;
  const fillers = missing.map(([id, name]): JsonObject => {
    const content = `[System: Tool execution skipped/interrupted by user. No result provided for tool '${name}'.]`;
    return { role: 'tool', tool_call_id: id, content };
  });
  return { messages: [message, ...results, ...fillers], consumed: results.length };
}

function callsOf(message: JsonObject): Map<string, string> {
  const calls = message['tool_calls'];
  const named = (isArray(calls) ? calls : []).filter(isObject).flatMap((call): [string, string][] => {
    const id = readString(call, 'id');
    const definition = call['function'];
    return id === undefined || id === ''
      ? []
      : [[id, (isObject(definition) ? readString(definition, 'name') : undefined) ?? 'unknown_tool']];
  });
  return new Map(named);
}

function isOrphanedResult(message: JsonObject, before: readonly JsonObject[]): boolean {
  const id = readString(message, 'tool_call_id');
  if (!isResult(message) || id === undefined || id === '') return false;
  const assistant = before.findLast((one) => one['role'] === 'assistant');
  return assistant === undefined || !callsOf(assistant).has(id);
}

function withoutRepeatedResults(messages: readonly JsonObject[]): readonly JsonObject[] {
  const dropped = new Set<number>();
  let seen = new Map<string, number>();
  for (const [index, message] of messages.entries()) {
    const id = readString(message, 'tool_call_id');
    if (!isResult(message)) seen = new Map();
    else if (id !== undefined && id !== '') {
      const earlier = seen.get(id);
      if (earlier !== undefined) dropped.add(earlier);
      seen.set(id, index);
    }
  }
  return dropped.size === 0 ? messages : messages.filter((_, index) => !dropped.has(index));
}

function isResult(message: JsonObject): boolean {
  return message['role'] === 'tool' || message['role'] === 'function';
}
