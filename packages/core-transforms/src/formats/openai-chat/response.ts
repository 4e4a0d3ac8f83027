import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { holdsFor } from '../../params/model-condition.ts';
import { isErrorBody, toErrorInAnswer } from './error.ts';
import { mapStopReason } from './map-stop-reason.ts';
import { RESPONSE_QUIRKS } from './quirks/response-quirks.ts';
import { isSaid, parseJson } from './types.ts';

const MESSAGE_MEMBERS: ReadonlySet<string> = new Set([
  'role',
  'content',
  'tool_calls',
  'function_call',
  'audio',
  'images',
  'annotations',
  'reasoning_content',
  'reasoning_items',
  'thinking_blocks',
  'provider_specific_fields',
]);
const CHOICE_MEMBERS: ReadonlySet<string> = new Set(['index', 'message', 'finish_reason', 'logprobs', 'provider_specific_fields']);

/** Reasoning that a model writes into its answer, as some open models do. */
const THINKING = /^<(?:think|thinking|budget:thinking)>([^]*?)<\/(?:think|thinking|budget:thinking)>([^]*)$/u;

/** Reads a provider's body: a JSON object, or `bad-upstream`. */
export function readAnswer(body: string, plan: Plan): Outcome<JsonObject> {
  const value = parseJson(body);
  if (isObject(value)) return ok(value);
  return unusable(plan, body.trim() === '' ? 'the answer is empty' : 'the answer is no JSON object');
}

/**
 * A provider's whole answer → a chat completion.
 *
 * in:     the parsed answer, and the chat request that it answers.
 * out:    the completion, quirks applied, finish reasons in OpenAI's words, what OpenAI has no name for under
 *         `provider_specific_fields`. Members that nothing had to change are the very same values.
 * errors: `upstream-refused` for an error in place of an answer, `bad-upstream` for what is no completion.
 * source: LiteLLM 1.106.2, convert_dict_to_response.py `convert_to_model_response_object`, read 2026-11-23.
 */
export function toChatCompletion(answer: JsonObject, chat: JsonObject, plan: Plan, ambient: Ambient): Outcome<JsonObject> {
  if (isErrorBody(answer)) return fail(toErrorInAnswer(answer, plan));
  if (!Array.isArray(answer['choices'])) return unusable(plan, 'the answer has no choices');
  const completion = applyQuirks(answer, chat, plan);
  const given: readonly JsonValue[] = Array.isArray(completion['choices']) ? completion['choices'] : [];
  const choices: JsonObject[] = [];
  for (const [index, choice] of given.entries()) {
    if (!isObject(choice) || !isObject(choice['message'])) return unusable(plan, `choices[${index}] has no message`);
    const kept = plan.provider.chat?.keepsMessages === true;
    const message = kept ? choice['message'] : normalizeMessage(choice['message']);
    choices.push(normalizeChoice(choice, message, index, kept ? [] : strangeMembers(choice, CHOICE_MEMBERS)));
  }
  const same = choices.every((choice, index) => choice === given[index]);
  return ok({ ...completion, ...identity(completion, ambient), ...(!same && { choices }) });
}

function unusable(plan: Plan, message: string): Outcome<JsonObject> {
  return fail({ kind: 'bad-upstream', provider: plan.provider.id, message });
}

function applyQuirks(answer: JsonObject, chat: JsonObject, plan: Plan): JsonObject {
  let completion = answer;
  for (const quirk of plan.provider.chat?.response ?? []) {
    const { name, when } = typeof quirk === 'string' ? { name: quirk, when: undefined } : quirk;
    if (holdsFor(when, plan)) completion = RESPONSE_QUIRKS[name](completion, chat, plan);
  }
  return completion;
}

/** What an answer must have and a few providers leave out. */
function identity({ id, object, created }: JsonObject, { callId, nowSeconds }: Ambient): JsonObject {
  return {
    ...(!(typeof id === 'string' && id !== '') && { id: `chatcmpl-${callId}` }),
    ...(typeof object !== 'string' && { object: 'chat.completion' }),
    ...(typeof created !== 'number' && { created: nowSeconds }),
  };
}

function normalizeChoice(choice: JsonObject, message: JsonObject, index: number, strange: readonly string[]): JsonObject {
  const finish = finishReason(choice, message);
  if (message === choice['message'] && finish === choice['finish_reason'] && choice['index'] === index && strange.length === 0)
    return choice;
  return { ...gather(choice, strange), index, message, finish_reason: finish };
}

/** An answer that calls tools ended for that reason, whatever the provider says. */
function finishReason({ finish_reason: given, finish_details: details }: JsonObject, message: JsonObject): string {
  const reason = typeof given === 'string' && given !== '' ? given : typeof details === 'string' ? details : 'stop';
  const { tool_calls: calls } = message;
  const callsTools = Array.isArray(calls) && calls.length > 0;
  return reason === 'stop' && callsTools ? 'tool_calls' : mapStopReason(reason);
}

function normalizeMessage(message: JsonObject): JsonObject {
  const spoken = splitReasoning(message);
  const strange = strangeMembers(spoken, MESSAGE_MEMBERS);
  const gathered = strange.length === 0 ? spoken : gather(spoken, strange);
  if (typeof gathered['role'] === 'string' && gathered['role'] !== '') return gathered;
  return { ...gathered, role: 'assistant' };
}

/** Reasoning has one place, wherever the provider puts it. */
function splitReasoning(message: JsonObject): JsonObject {
  const { content, reasoning } = message;
  if ('reasoning_content' in message) return message;
  if ('reasoning' in message) return isSaid(reasoning) ? { ...message, reasoning_content: reasoning } : message;
  const thought = typeof content === 'string' && content.startsWith('<') ? THINKING.exec(content) : null;
  if (thought === null) return message;
  return { ...message, reasoning_content: thought[1] ?? '', content: thought[2] ?? '' };
}

function strangeMembers(object: JsonObject, known: ReadonlySet<string>): readonly string[] {
  const strange: string[] = [];
  for (const name in object) if (!known.has(name) && isSaid(object[name])) strange.push(name);
  return strange;
}

function gather(object: JsonObject, strange: readonly string[]): JsonObject {
  if (strange.length === 0) return object;
  const { provider_specific_fields: fields } = object;
  const kept = Object.entries(object).filter(([name]) => !strange.includes(name));
  const moved = strange.map((name) => [name, object[name]] as const);
  return { ...Object.fromEntries(kept), provider_specific_fields: { ...(isObject(fields) ? fields : {}), ...Object.fromEntries(moved) } };
}
