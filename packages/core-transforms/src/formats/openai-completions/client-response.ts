import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { isObject } from '../../json/is-object.ts';
import { isSaid, objectsIn } from '../openai-chat/types.ts';

/** The usage in each event of a stream whose client did not ask for usage. */
const UNASKED_USAGE: JsonObject = { completion_tokens: 0, prompt_tokens: 0, total_tokens: 0 };

/**
 * A chat completion → a text completion.
 *
 * out:    one choice per choice, with its text only: the dialect has no calls, and in whole answers no reasoning. Log probabilities are
 *         left out, as chat has them in another shape.
 * source: LiteLLM 1.106.2, convert_dict_to_response.py `convert_chat_to_text_completion`, read 2026-11-27.
 */
export function toTextCompletion(chat: JsonObject, { answerModel }: Plan): JsonObject {
  const { id, created, model, usage } = chat;
  const choices = objectsIn(chat['choices']).map((choice, position) => ({
    finish_reason: choice['finish_reason'],
    index: choice['index'] ?? position,
    text: isObject(choice['message']) ? (choice['message']['content'] ?? null) : null,
    logprobs: null,
  }));
  return { id, object: 'text_completion', created, model: answerModel ?? model, choices, ...(isObject(usage) && { usage }) };
}

/**
 * Chat completion chunks → those of a completions stream.
 *
 * in:     whether the client asked for usage. If it did not, every chunk has a usage of zeros, as in the reference.
 * source: LiteLLM 1.106.2, utils.py `TextCompletionStreamWrapper`, read 2026-11-27; it only shows the first choice, here all are shown.
 */
export function textChunkWriter(usageAsked: boolean): (chunk: JsonObject) => JsonObject {
  return ({ id, created, model, choices, usage }) => ({
    id,
    object: 'text_completion',
    created,
    model,
    choices: objectsIn(choices).map(toTextChoice),
    ...(usageAsked ? isObject(usage) && { usage } : { usage: UNASKED_USAGE }),
  });
}

function toTextChoice({ index, delta, finish_reason: reason }: JsonObject): JsonObject {
  const { content, reasoning_content: reasoning } = isObject(delta) ? delta : {};
  return {
    index,
    ...(isSaid(content) && { text: content }),
    ...(isSaid(reasoning) && { reasoning_content: reasoning }),
    ...(isSaid(reason) && { finish_reason: reason }),
  };
}
