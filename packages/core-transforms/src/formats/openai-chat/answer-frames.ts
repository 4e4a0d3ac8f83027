import type { Step, StreamMachine } from '../../contract/stream-machine.ts';
import { FRAME_CHARACTERS_MAX, sseFrames, type SseFrame, type SseState } from '../../framing/sse.ts';

/** What the provider answers with: not known yet, an event stream, or one JSON object although a stream was asked for. */
export type FramesState =
  | { readonly kind: 'unknown'; readonly blank: string }
  | { readonly kind: 'events'; readonly inner: SseState }
  | { readonly kind: 'whole'; readonly text: string };

const UNKNOWN: FramesState = { kind: 'unknown', blank: '' };
const NOTHING: readonly SseFrame[] = [];

/**
 * Decoded text of a provider's answer → events. An answer that is no event stream but one JSON object comes as one event,
 * at its end: some providers cannot stream some calls, and answer errors so with a 200.
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
