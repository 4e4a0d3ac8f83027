import type { Ambient } from '../../contract/ambient.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { EventStream } from '../../contract/provider-format.ts';
import { opaque, type OpaqueMachine, type Step, type StreamMachine } from '../../contract/stream-machine.ts';
import type { TransformError } from '../../errors/transform-error.ts';
import type { SseFrame } from '../../framing/sse.ts';
import { isObject } from '../../json/is-object.ts';
import { holdsFor } from '../../params/model-condition.ts';
import { pipe } from '../../stream/pipe.ts';
import { answerFrames } from './answer-frames.ts';
import { chunkMachine, type ChunkState } from './chunk-machine.ts';
import { isErrorBody, toErrorInStream } from './error.ts';
import { CHUNK_QUIRKS } from './quirks/chunk-quirks.ts';
import type { ChunkQuirkFunction } from './quirks/quirk-types.ts';
import { toChatCompletion } from './response.ts';
import { DONE } from './types.ts';
import { isWholeAnswer, wholeAsChunks } from './whole-as-chunks.ts';
import { parseJson } from '../../json/parse-json.ts';

/** The answer so far, and what is needed to read a whole completion among the events. */
export interface EventState {
  readonly chunks: ChunkState;
  readonly ambient: Ambient;
}

const NOTHING: readonly JsonObject[] = [];

/**
 * Events of a provider's stream → chat completion chunks (see chunkMachine). `[DONE]` closes the answer at once; a whole
 * completion among the events becomes chunks.
 *
 * in:     the function that turns a provider's events into chunks; default: the quirks of its row.
 * errors: `bad-upstream` for data that is not a JSON object; those of chunkMachine.
 */
export function eventMachine(
  plan: Plan,
  chat: JsonObject,
  quirks: readonly ChunkQuirkFunction[] = chosenQuirks(plan),
): StreamMachine<EventState, SseFrame, JsonObject> {
  const chunks = chunkMachine(plan);
  const withChunks = (state: EventState, step: Step<ChunkState, JsonObject>): Step<EventState, JsonObject> => {
    const next = step.state === state.chunks ? state : { chunks: step.state, ambient: state.ambient };
    return step.error === undefined ? { state: next, out: step.out } : { state: next, out: step.out, error: step.error };
  };
  return {
    start: (ambient) => ({ chunks: chunks.start(ambient), ambient }),
    step: (state, { event, data }) => {
      if (state.chunks.closed || data === '') return { state, out: NOTHING };
      if (data === DONE) return withChunks(state, chunks.end(state.chunks));
      const parsed = parseJson(data);
      if (!isObject(parsed)) return { state, out: NOTHING, error: unreadable(plan) };
      if (event === 'error' && !isErrorBody(parsed))
        return { state, out: NOTHING, error: toErrorInStream(parsed, plan, state.chunks.begun) };
      if (isWholeAnswer(parsed)) return stepWhole(parsed, state);
      const chunk = quirks.reduce((current, quirk) => quirk(current, chat, plan), parsed);
      return withChunks(state, chunks.step(state.chunks, chunk));
    },
    end: (state) => withChunks(state, chunks.end(state.chunks)),
  };

  function stepWhole(answer: JsonObject, state: EventState): Step<EventState, JsonObject> {
    const completion = toChatCompletion(answer, chat, plan, state.ambient);
    if (!completion.ok) return { state, out: NOTHING, error: completion.error };
    let inner = state.chunks;
    const out: JsonObject[] = [];
    for (const chunk of wholeAsChunks(completion.value)) {
      const step = chunks.step(inner, chunk);
      out.push(...step.out);
      inner = step.state;
      if (step.error !== undefined) return { state, out, error: step.error };
    }
    return { state: { chunks: inner, ambient: state.ambient }, out };
  }
}

/** Decoded text of a provider's stream → chat completion chunks. */
export function toChunks(plan: Plan, chat: JsonObject): OpaqueMachine<string, JsonObject> {
  const { frames, chunks } = toEvents(plan, chat);
  return pipe(frames, chunks);
}

/** The same as its two parts, framing and events. */
export function toEvents(plan: Plan, chat: JsonObject): EventStream {
  return { frames: opaque(answerFrames(plan.provider.id)), chunks: opaque(eventMachine(plan, chat)) };
}

function chosenQuirks(plan: Plan): readonly ChunkQuirkFunction[] {
  return (plan.provider.chat?.chunk ?? []).flatMap((quirk) => {
    const { name, when } = typeof quirk === 'string' ? { name: quirk, when: undefined } : quirk;
    return holdsFor(when, plan) ? [CHUNK_QUIRKS[name]] : [];
  });
}

function unreadable(plan: Plan): TransformError {
  return { kind: 'bad-upstream', provider: plan.provider.id, message: 'an event of the stream is no JSON object' };
}
