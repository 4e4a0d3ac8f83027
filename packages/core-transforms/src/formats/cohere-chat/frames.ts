import type { Step, StreamMachine } from '../../contract/stream-machine.ts';
import { jsonLines } from '../../framing/json-lines.ts';
import { sseFrames, type SseFrame, type SseState } from '../../framing/sse.ts';

/** How the provider frames its events: not known yet, server-sent events, or one line of JSON each. */
export type CohereFramesState =
  | { readonly kind: 'unknown'; readonly blank: string }
  | { readonly kind: 'events'; readonly inner: SseState }
  | { readonly kind: 'lines'; readonly inner: string };

const UNKNOWN: CohereFramesState = { kind: 'unknown', blank: '' };
const NO_AMBIENT = { nowSeconds: 0, callId: '' };

/**
 * Decoded text of a stream → events. The second version sends server-sent events; the first, and some proxies, one line of JSON each. The
 * first character that is not blank decides.
 *
 * errors: `bad-upstream` for an event, or a line, longer than FRAME_CHARACTERS_MAX.
 */
export function cohereFrames(provider: string): StreamMachine<CohereFramesState, string, SseFrame> {
  const events = sseFrames(provider);
  const lines = jsonLines(provider);
  const step = (state: CohereFramesState, text: string): Step<CohereFramesState, SseFrame> => {
    if (state.kind === 'events') return fromEvents(state, events.step(state.inner, text));
    if (state.kind === 'lines') return fromLines(lines.step(state.inner, text));
    const seen = state.blank + text;
    if (/^\uFEFF?\s*$/u.test(seen)) return { state: { kind: 'unknown', blank: seen }, out: [] };
    if (/^\uFEFF?\s*\{/u.test(seen)) return fromLines(lines.step('', seen.replace(/^\uFEFF/u, '')));
    return fromEvents(state, events.step(events.start(NO_AMBIENT), seen));
  };
  return {
    start: () => UNKNOWN,
    step,
    end: (state) => {
      if (state.kind === 'events') return fromEvents(state, events.end(state.inner));
      return state.kind === 'lines' ? fromLines(lines.end(state.inner)) : { state, out: [] };
    },
  };
}

function fromEvents(state: CohereFramesState, given: Step<SseState, SseFrame>): Step<CohereFramesState, SseFrame> {
  const same = state.kind === 'events' && state.inner === given.state;
  return { ...given, state: same ? state : { kind: 'events', inner: given.state } };
}

function fromLines(given: Step<string, string>): Step<CohereFramesState, SseFrame> {
  const out = given.out.map((data) => ({ event: '', data }));
  return { ...given, state: { kind: 'lines', inner: given.state }, out };
}
