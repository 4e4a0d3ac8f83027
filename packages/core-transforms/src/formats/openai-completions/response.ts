import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { fail, ok, type Outcome } from '../../contract/outcome.ts';
import type { Plan } from '../../contract/plan.ts';
import type { ProviderAnswer } from '../../contract/wire.ts';
import { isObject } from '../../json/is-object.ts';
import { normalizeUsage } from '../openai-chat/convert-usage.ts';
import { isErrorBody, toErrorInAnswer } from '../openai-chat/error.ts';
import { mapStopReason } from '../openai-chat/map-stop-reason.ts';
import { readAnswer } from '../openai-chat/response.ts';
import { childId } from '../../text/child-id.ts';

/**
 * A provider's whole answer → a text completion with OpenAI's finish reasons; the rest is unchanged.
 *
 * errors: `upstream-refused` for an error in place of an answer, `bad-upstream` if it is not a completion.
 * source: LiteLLM 1.106.2, types/utils.py `TextCompletionResponse`, read 2026-11-27.
 */
export function readTextCompletion({ body }: ProviderAnswer, plan: Plan, { callId, nowSeconds }: Ambient): Outcome<JsonObject> {
  const read = readAnswer(body, plan);
  if (!read.ok) return read;
  const answer = read.value;
  if (isErrorBody(answer)) return fail(toErrorInAnswer(answer, plan));
  const { choices, id, created, usage } = answer;
  const given: readonly JsonValue[] = Array.isArray(choices) ? choices : [];
  if (given.length === 0 || !given.every(isObject)) {
    return fail({ kind: 'bad-upstream', provider: plan.provider.id, message: 'the answer has no choices' });
  }
  const answersMessages = plan.provider.completions?.answersMessages === true;
  return ok({
    ...answer,
    id: typeof id === 'string' ? id : childId('chatcmpl-', callId),
    object: 'text_completion',
    created: typeof created === 'number' ? created : nowSeconds,
    choices: given.filter(isObject).map((choice, position) => readChoice(choice, position, answersMessages)),
    ...(isObject(usage) && { usage: normalizeUsage(usage) }),
  });
}

function readChoice(choice: JsonObject, position: number, answersMessages: boolean): JsonObject {
  const { finish_reason: reason, index = position } = choice;
  const finish = typeof reason === 'string' && reason !== '' ? mapStopReason(reason) : null;
  if (!answersMessages) return { ...choice, index, finish_reason: finish };
  const { message, logprobs = null } = choice;
  return { finish_reason: finish, index, text: isObject(message) ? (message['content'] ?? null) : null, logprobs };
}

/** A text completion → a chat completion, for clients that speak another dialect. */
export function toChatCompletion(completion: JsonObject): JsonObject {
  const choices = Array.isArray(completion['choices']) ? completion['choices'].filter(isObject) : [];
  return {
    ...completion,
    object: 'chat.completion',
    choices: choices.map(({ text, ...choice }: JsonObject) => ({
      ...choice,
      finish_reason: choice['finish_reason'] ?? 'stop',
      message: { role: 'assistant', content: text ?? null },
    })),
  };
}
