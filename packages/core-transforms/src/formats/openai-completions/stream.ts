import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine } from '../../contract/stream-machine.ts';
import { isObject } from '../../json/is-object.ts';
import { pipe } from '../../stream/pipe.ts';
import { answerFrames } from '../openai-chat/answer-frames.ts';
import { eventMachine } from '../openai-chat/stream.ts';
import { objectsIn } from '../openai-chat/types.ts';

/**
 * Decoded text of a completions stream → chat completion chunks, under the rules of chunkMachine.
 *
 * source: LiteLLM 1.106.2, streaming_handler.py `handle_openai_text_completion_chunk`, read 2026-11-27.
 */
export function textToChunks(plan: Plan, chat: JsonObject): OpaqueMachine<string, JsonObject> {
  return pipe(answerFrames(plan.provider.id), eventMachine(plan, chat, [toChatChunk]));
}

function toChatChunk(event: JsonObject, _chat: JsonObject, { provider }: Plan): JsonObject {
  const { choices, usage, id: _id, ...named } = event;
  const answersMessages = provider.completions?.answersMessages === true;
  if (isObject(event['error'])) return event;
  return {
    ...(answersMessages ? named : event),
    ...(choices !== undefined && { choices: objectsIn(choices).map((choice) => toChatChoice(choice, answersMessages)) }),
    usage: isObject(usage) && !answersMessages ? countsOf(usage) : null,
  };
}

function toChatChoice({ text, delta, ...choice }: JsonObject, answersMessages: boolean): JsonObject {
  const content = answersMessages ? isObject(delta) && delta['content'] : text;
  return { ...choice, logprobs: null, delta: typeof content === 'string' ? { content } : {} };
}

/** A stream's usage: as in the reference, only the three totals. */
function countsOf({ prompt_tokens, completion_tokens, total_tokens }: JsonObject): JsonObject {
  return { prompt_tokens, completion_tokens, total_tokens };
}
