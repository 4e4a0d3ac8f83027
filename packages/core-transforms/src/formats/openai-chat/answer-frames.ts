import type { Step, StreamMachine } from '../../contract/stream-machine.ts';
import { FRAME_CHARACTERS_MAX, sseFrames, type SseFrame, type SseState } from '../../framing/sse.ts';

/** The form of the provider's answer: not known yet, an event stream, or one JSON object although a stream was requested. */
export type FramesState =
  | { readonly kind: 'unknown'; readonly blank: string }
  | { readonly kind: 'events'; readonly inner: SseState }
  | { readonly kind: 'whole'; readonly text: string };

const UNKNOWN: FramesState = { kind: 'unknown', blank: '' };
const NOTHING: readonly SseFrame[] = [];

/**
 * Decoded text of a provider's answer → events. An answer that is one JSON object instead of an event stream becomes one event, at its end:
 * some providers cannot stream some calls, or answer an error this way with a 200.
 *
 * errors: `bad-upstream` for an event, or an answer, longer than FRAME_CHARACTERS_MAX.
 */
export function answerFrames(provider: string): StreamMachine<FramesState, string, SseFrame> {
  const events = sseFrames(provider);
  const fromEvents = (state: FramesState, step: Step<SseState, SseFrame>): Step<FramesState, SseFrame> => {
    const same = state.kind === 'events' && state.inner === step.state;
    const next: FramesState = same ? state : { kind: 'events', inner: step.state };
    return step.error === undefined ? { state: next, out: step.out } : { state: next, out: step.out, error: step.error };
  };
  const step = (state: FramesState, text: string): Step<FramesState, SseFrame> => {
    if (state.kind === 'events') return fromEvents(state, events.step(state.inner, text));
    const seen = (state.kind === 'whole' ? state.text : state.blank) + text;
    if (seen.length > FRAME_CHARACTERS_MAX) return { state, out: NOTHING, error: tooLong(provider) };
    if (state.kind === 'whole' || /^\uFEFF?\s*\{/u.test(seen)) return { state: { kind: 'whole', text: seen }, out: NOTHING };
    if (/^\uFEFF?\s*$/u.test(seen)) return { state: { kind: 'unknown', blank: seen }, out: NOTHING };
    const started: SseState = events.start({ nowSeconds: 0, callId: '' });
    return fromEvents(state, events.step(started, seen));
  };
  return {
    start: () => UNKNOWN,
    step,
    end: (state) => {
      if (state.kind === 'whole') return { state: UNKNOWN, out: [{ event: '', data: state.text.replace(/^\uFEFF/u, '').trim() }] };
      if (state.kind === 'unknown') return { state, out: NOTHING };
      return fromEvents(state, events.end(state.inner));
    },
  };
}

function tooLong(provider: string): { kind: 'bad-upstream'; provider: string; message: string } {
  return { kind: 'bad-upstream', provider, message: `the answer is longer than ${FRAME_CHARACTERS_MAX} characters` };
}
