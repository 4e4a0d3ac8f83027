import type { JsonObject, JsonValue } from '../../../contract/json.ts';
import { ok } from '../../../contract/outcome.ts';
import { objectsOf } from './edit-body.ts';
import type { RequestQuirkFunction } from './quirk-types.ts';

/** Merges consecutive system messages, with their texts joined by a blank line. */
export const mergeSystemMessages: RequestQuirkFunction = (body) => {
  const merged: JsonObject[] = [];
  for (const message of objectsOf(body['messages'])) {
    const last = merged.at(-1);
    const joins = last !== undefined && last['role'] === 'system' && message['role'] === 'system';
    if (joins) merged.splice(-1, 1, { ...last, content: joined(last['content'], message['content']) });
    else merged.push(message);
  }
  return ok({ ...body, messages: merged });
};

function joined(first: JsonValue | undefined, second: JsonValue | undefined): JsonValue {
  if (typeof first === 'string' && typeof second === 'string') return `${first}\n\n${second}`;
  return [...toParts(first), ...toParts(second)];
}

function toParts(content: JsonValue | undefined): readonly JsonValue[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content : [];
}

/**
 * Splits a turn with several tool calls into one turn per call, each followed by its result. A turn whose results do not match its calls
 * one to one stays, so that no call is lost.
 */
export const splitParallelToolCalls: RequestQuirkFunction = (body) => {
  const messages = objectsOf(body['messages']);
  const split: JsonObject[] = [];
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index];
    if (message === undefined) break;
    const turns = splitTurn(message, messages.slice(index + 1));
    split.push(...(turns ?? [message]));
    if (turns !== undefined) index += turns.length / 2;
  }
  return ok({ ...body, messages: split });
};

function splitTurn(message: JsonObject, following: readonly JsonObject[]): readonly JsonObject[] | undefined {
  const calls = message['role'] === 'assistant' ? objectsOf(message['tool_calls']) : [];
  if (calls.length < 2) return undefined;
  const end = following.findIndex(({ role }) => role !== 'tool');
  const results = end === -1 ? following : following.slice(0, end);
  const byId = new Map(calls.map((call) => [call['id'], call]));
  const answered = new Set(results.map((result) => result['tool_call_id']));
  const matching = results.length === calls.length && answered.size === byId.size && [...answered].every((id) => byId.has(id));
  if (!matching) return undefined;
  return results.flatMap((result, index) => {
    const call = byId.get(result['tool_call_id']) ?? null;
    return [index === 0 ? { ...message, tool_calls: [call] } : { role: 'assistant', tool_calls: [call] }, result];
  });
}
