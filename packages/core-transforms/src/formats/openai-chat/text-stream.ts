import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { opaque, type OpaqueMachine, type Step, type StreamMachine } from '../../contract/stream-machine.ts';
import type { SseFrame } from '../../framing/sse.ts';
import { isObject } from '../../json/is-object.ts';
import { pipe } from '../../stream/pipe.ts';
import { spliceAlike } from '../../stream/splice-alike.ts';
import { answerFrames } from './answer-frames.ts';
import { chunkMachine, type ChunkState } from './chunk-machine.ts';
import { fillIn, textTemplate, withProbe, type TextTemplate } from './plain-text.ts';
import { eventMachine, type EventState } from './stream.ts';
import { DONE } from './types.ts';

/** The most templates made for one answer: if its events are never alike, it is read event by event. */
const TEMPLATE_TRIES_MAX = 8;

const DONE_EVENT = `data: ${DONE}\n\n`;
const NOTHING: readonly string[] = [];

interface ShownState {
  readonly chunks: ChunkState;
  readonly template: TextTemplate | null;
  readonly tries: number;
}

/** Whether a client asks for the usage of its stream. */
export function asksForUsage(request: JsonObject): boolean {
  const options = request['stream_options'];
  return isObject(options) && options['include_usage'] === true;
}

/**
 * Decoded text of a provider's stream → text for a client of the same dialect.
 *
 * cost: an event with only more text is spliced (see spliceAlike), not parsed.
 */
export function nativeTextStream(plan: Plan, request: JsonObject): OpaqueMachine<string, string> {
  return pipe(answerFrames(plan.provider.id), spliceAlike(eventText(plan, request)));
}

/**
 * Chat completion chunks of any origin → text for a client: the rules of chunkMachine, usage only if requested, `[DONE]`.
 *
 * in:  how the client's dialect shows a chunk; default: unchanged.
 */
export function chunkTextStream(
  plan: Plan,
  request: JsonObject,
  show?: (chunk: JsonObject) => JsonObject,
): OpaqueMachine<JsonObject, string> {
  const chunks = chunkMachine(plan, 'format');
  // If members unknown to OpenAI are kept, one template does not fit all chunks.
  const triesMax = plan.provider.chat?.keepsChunks === true ? 0 : TEMPLATE_TRIES_MAX;
  const toText = textWriter(asksForUsage(request), show);
  const step = (state: ChunkState, chunk: JsonObject): Step<ChunkState, string> =>
    toText(state.closed, chunks.step(state, chunk), (next) => next.closed);
  const machine: StreamMachine<ShownState, JsonObject, string> = {
    start: (ambient) => ({ chunks: chunks.start(ambient), template: null, tries: 0 }),
    step: (state, chunk) => {
      const { chunks: before, template } = state;
      const filled = template === null ? undefined : fillIn(template, chunk);
      if (filled !== undefined) return { state, out: [filled] };
      const given = step(before, chunk);
      const learns = given.state === before && given.out.length === 1 && state.tries < triesMax;
      if (learns) return { ...given, state: { chunks: before, template: learnText(before, chunk), tries: state.tries + 1 } };
      // The template is valid as long as the answer's state is the same object.
      return { ...given, state: given.state === before ? state : { chunks: given.state, template: null, tries: state.tries } };
    },
    end: (state) => ({ ...toText(state.chunks.closed, chunks.end(state.chunks), (next) => next.closed), state }),
  };
  return opaque(machine);

  /** Converts the chunk once more, with the probe as its text: every other text is treated the same way. */
  function learnText(state: ChunkState, chunk: JsonObject): TextTemplate | null {
    const probe = withProbe(chunk);
    const shown = probe === undefined ? undefined : step(state, probe);
    const isHarmless = shown?.state === state && shown.out.length === 1 && shown.error === undefined;
    return isHarmless ? (textTemplate(chunk, shown.out[0] ?? '') ?? null) : null;
  }
}

function eventText(plan: Plan, request: JsonObject): StreamMachine<EventState, SseFrame, string> {
  const events = eventMachine(plan, request);
  const toText = textWriter(asksForUsage(request));
  return {
    start: events.start,
    step: (state, frame) => toText(isClosed(state), events.step(state, frame), isClosed),
    end: (state) => toText(isClosed(state), events.end(state), isClosed),
  };
}

function isClosed({ chunks }: EventState): boolean {
  return chunks.closed;
}

/** Chunks as events; the usage only for clients that asked for it, the terminator once the answer is closed. */
function textWriter(
  usageAsked: boolean,
  show: (chunk: JsonObject) => JsonObject = (chunk) => chunk,
): <State>(wasClosed: boolean, step: Step<State, JsonObject>, isClosed: (state: State) => boolean) => Step<State, string> {
  return (wasClosed, { state, out, error }, isClosed) => {
    const text: string[] = [];
    let usage: JsonObject | undefined;
    for (const chunk of out) {
      if (isObject(chunk['usage'])) usage = chunk['usage'];
      if (usageAsked || !isForUsage(chunk)) text.push(`data: ${JSON.stringify(show(chunk))}\n\n`);
    }
    if (!wasClosed && error === undefined && isClosed(state)) text.push(DONE_EVENT);
    const given: readonly string[] = text.length === 0 ? NOTHING : text;
    if (usage !== undefined) return error === undefined ? { state, out: given, usage } : { state, out: given, error, usage };
    return error === undefined ? { state, out: given } : { state, out: given, error };
  };
}

/** Whether a chunk is only for clients that asked for usage: one with usage, or without choices. */
function isForUsage({ usage, choices }: JsonObject): boolean {
  return usage !== undefined || (Array.isArray(choices) && choices.length === 0);
}
