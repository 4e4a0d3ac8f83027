import type { Step, StreamMachine } from '../../contract/stream-machine.ts';
import { jsonArrayElements, type JsonArrayState } from '../../framing/json-array.ts';
import { FRAME_CHARACTERS_MAX, sseFrames, type SseState } from '../../framing/sse.ts';

/** How a stream is framed, once that is known. */
export type FramesState =
  | { readonly kind: 'unknown'; readonly blank: string }
  | { readonly kind: 'events'; readonly inner: SseState }
  | { readonly kind: 'array'; readonly inner: JsonArrayState };

const UNKNOWN: FramesState = { kind: 'unknown', blank: '' };
const NOTHING: readonly string[] = [];
const NO_AMBIENT = { nowSeconds: 0, callId: '' };

/**
 * Decoded text of a stream, cut anywhere → the JSON texts in it: server-sent events, as requested, or one JSON array, which a gateway in
 * between may send nevertheless.
 *
 * errors: `bad-upstream` for a text longer than FRAME_CHARACTERS_MAX; `stream-cut` for an array's end inside an element.
 */
export function streamTexts(provider: string): StreamMachine<FramesState, string, string> {
  const events = sseFrames(provider);
  const elements = jsonArrayElements(provider);
  const ofEvents = (state: FramesState, { state: inner, out, error }: ReturnType<typeof events.step>): Step<FramesState, string> => {
    const next: FramesState = state.kind === 'events' && state.inner === inner ? state : { kind: 'events', inner };
    const texts = out.map((frame) => frame.data);
    return error === undefined ? { state: next, out: texts } : { state: next, out: texts, error };
  };
  const ofArray = (state: FramesState, { state: inner, out, error }: Step<JsonArrayState, string>): Step<FramesState, string> => {
    const next: FramesState = state.kind === 'array' && state.inner === inner ? state : { kind: 'array', inner };
    return error === undefined ? { state: next, out } : { state: next, out, error };
  };
  const step = (state: FramesState, text: string): Step<FramesState, string> => {
    if (state.kind === 'events') return ofEvents(state, events.step(state.inner, text));
    if (state.kind === 'array') return ofArray(state, elements.step(state.inner, text));
    const seen = state.blank + text;
    const first = /[^\s\uFEFF]/u.exec(seen)?.[0];
    if (first === '[' || first === '{') return ofArray(state, elements.step(elements.start(NO_AMBIENT), seen));
    if (first !== undefined) return ofEvents(state, events.step(events.start(NO_AMBIENT), seen));
    if (seen.length <= FRAME_CHARACTERS_MAX) return { state: { kind: 'unknown', blank: seen }, out: NOTHING };
    return { state, out: NOTHING, error: { kind: 'bad-upstream', provider, message: 'the answer is blank' } };
  };
  return {
    start: () => UNKNOWN,
    step,
    end: (state) => {
      if (state.kind === 'events') return ofEvents(state, events.end(state.inner));
      return state.kind === 'array' ? ofArray(state, elements.end(state.inner)) : { state, out: NOTHING };
    },
  };
}
