import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { holdsFor } from '../../params/model-condition.ts';
import { perPlan } from '../../params/per-plan.ts';
import { normalizeUsage } from './convert-usage.ts';
import { isErrorBody, toErrorInAnswer } from './error.ts';
import { normalizeChoice, normalizeMessage } from './normalize-choice.ts';
import type { ResponseQuirkFunction } from './quirks/quirk-types.ts';
import { RESPONSE_QUIRKS } from './quirks/response-quirks.ts';
import { childId } from '../../text/child-id.ts';
import { parseJson } from '../../json/parse-json.ts';

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
 * out:    the completion with quirks applied, OpenAI's finish reasons, and members unknown to OpenAI under `provider_specific_fields`.
 *         Members that need not change are the same values.
 * errors: `upstream-refused` for an error in place of an answer, `bad-upstream` if it is not a completion.
 * source: LiteLLM 1.106.2, convert_dict_to_response.py `convert_to_model_response_object`, read 2026-11-23.
 */
export function toChatCompletion(answer: JsonObject, chat: JsonObject, plan: Plan, ambient: Ambient): Outcome<JsonObject> {
  if (isErrorBody(answer)) return fail(toErrorInAnswer(answer, plan));
  if (!Array.isArray(answer['choices'])) return unusable(plan, 'the answer has no choices');
  const completion = applyQuirks(answer, chat, plan);
  const given: readonly JsonValue[] = Array.isArray(completion['choices']) ? completion['choices'] : [];
  const choices: JsonObject[] = [];
  const kept = plan.provider.chat?.keepsMessages === true;
  for (let index = 0; index < given.length; index += 1) {
    const choice = given[index];
    if (!isObject(choice) || !isObject(choice['message'])) return unusable(plan, `choices[${index}] has no message`);
    choices.push(normalizeChoice(choice, normalizeMessage(choice['message'], kept, ambient.callId), index, kept));
  }
  const missing = identity(completion, ambient);
  const usage = changedUsage(completion);
  const changed = changedChoices(choices, given);
  const isSame = missing === undefined && usage === undefined && changed === undefined;
  return ok(isSame ? completion : { ...completion, ...missing, ...usage, ...changed });
}

function unusable(plan: Plan, message: string): Outcome<JsonObject> {
  return fail({ kind: 'bad-upstream', provider: plan.provider.id, message });
}

function applyQuirks(answer: JsonObject, chat: JsonObject, plan: Plan): JsonObject {
  let completion = answer;
  for (const quirk of quirksFor(plan)) completion = quirk(completion, chat, plan);
  return completion;
}

const quirksFor = perPlan((plan): readonly ResponseQuirkFunction[] =>
  (plan.provider.chat?.response ?? []).flatMap((quirk) => {
    const { name, when } = typeof quirk === 'string' ? { name: quirk, when: undefined } : quirk;
    return holdsFor(when, plan) ? [RESPONSE_QUIRKS[name]] : [];
  }),
);

function changedUsage({ usage }: JsonObject): JsonObject | undefined {
  if (!isObject(usage)) return undefined;
  const normal = normalizeUsage(usage);
  return normal === usage ? undefined : { usage: normal };
}

function changedChoices(choices: readonly JsonObject[], given: readonly JsonValue[]): JsonObject | undefined {
  return choices.every((choice, index) => choice === given[index]) ? undefined : { choices };
}

/** The required members that a few providers leave out; undefined if none is missing. */
function identity({ id, object, created }: JsonObject, { callId, nowSeconds }: Ambient): JsonObject | undefined {
  if (typeof id === 'string' && id !== '' && typeof object === 'string' && typeof created === 'number') return undefined;
  return {
    ...(!(typeof id === 'string' && id !== '') && { id: childId('chatcmpl-', callId) }),
    ...(typeof object !== 'string' && { object: 'chat.completion' }),
    ...(typeof created !== 'number' && { created: nowSeconds }),
  };
}
