import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { toPythonJson } from '../../json/python-json.ts';
import { mapStopReason } from '../openai-chat/map-stop-reason.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { readAnswer, toCompletion, unusable } from './parse.ts';
import { splitThought } from './thought.ts';

/**
 * A whole answer of `/api/chat` → a chat completion.
 *
 * errors: `upstream-refused` for an error in place of an answer, `bad-upstream` for an answer without a message.
 * source: LiteLLM 1.106.2, llms/ollama/chat/transformation.py `transform_response`, read 2026-11-27.
 */
export function toChatCompletion(answer: ProviderAnswer, plan: Plan, ambient: Ambient): Outcome<JsonObject> {
  const read = readAnswer(answer, plan);
  if (!read.ok) return read;
  const { message, done_reason: reason } = read.value;
  if (!isObject(message)) return unusable(plan, 'the answer has no message');
  const calls = toToolCalls(message['tool_calls'], ambient.callId, 0);
  const finish = calls.length > 0 ? 'tool_calls' : mapStopReason(typeof reason === 'string' && reason !== '' ? reason : 'stop');
  const spoken = { ...toSpoken(message), ...(calls.length > 0 && { tool_calls: calls }) };
  return ok(toCompletion(spoken, finish, read.value, plan, ambient));
}

function toSpoken({ content, thinking }: JsonObject): JsonObject {
  if (typeof thinking === 'string') return { content: content ?? null, reasoning_content: thinking };
  if (typeof content !== 'string') return { content: content ?? null };
  const { thought, text } = splitThought(content);
  return thought === undefined ? { content } : { content: text, reasoning_content: thought };
}

/**
 * Calls in OpenAI's shape; Ollama's have no ids, and objects as arguments.
 *
 * in: the id from which the calls' ids are derived, and how many calls of the answer came before these.
 */
export function toToolCalls(calls: JsonValue | undefined, callId: string, before: number): readonly JsonObject[] {
  return objectsIn(calls).flatMap(({ function: callee }, position) => {
    if (!isObject(callee)) return [];
    const { name = null, arguments: given = {} } = callee;
    const index = before + position;
    const text = typeof given === 'string' ? given : toPythonJson(given);
    return [{ id: index === 0 ? callId : `${callId}-${index}`, type: 'function', function: { name, arguments: text } }];
  });
}
