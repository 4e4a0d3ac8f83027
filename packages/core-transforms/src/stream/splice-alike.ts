import type { Step, StreamMachine } from '../contract/stream-machine.ts';
import type { SseFrame } from '../framing/sse.ts';
import { findPiece, PROBE, splice, toTemplate, type DeltaTemplate } from './delta-template.ts';

/** Templates that are made for one answer, at most: one whose events are never alike is read event by event. */
const TRIES_MAX = 8;

interface SplicedState<S> {
  readonly inner: S;
  /** What the last event taught that left the answer where it stood. It holds until the answer stands somewhere else. */
  readonly template: DeltaTemplate | null;
  readonly tries: number;
}

/**
 * The same machine, but for events that only bring more text: of those one is read and written, and the others are spliced.
 *
 * in:   a machine that makes text of events. Where an event leaves its state the very same object, what comes out must depend on
 *       the event alone, and its text may only pass through.
 * cost: an event like the last one costs about a tenth of reading and writing it; learning costs one event more.
 */
export function spliceAlike<S>(machine: StreamMachine<S, SseFrame, string>): StreamMachine<SplicedState<S>, SseFrame, string> {
  const { fail } = machine;
  return {
    start: (ambient) => ({ inner: machine.start(ambient), template: null, tries: 0 }),
    step: (state, frame) => {
      const spliced = state.template === null ? undefined : splice(state.template, frame);
      if (spliced !== undefined) return { state, out: [spliced] };
      const given = machine.step(state.inner, frame);
      if (given.state !== state.inner) return withState(given, { inner: given.state, template: null, tries: state.tries });
      const learns = given.out.length === 1 && given.error === undefined && state.tries < TRIES_MAX;
      if (!learns) return withState(given, state);
      return withState(given, { inner: given.state, template: learn(machine, state.inner, frame), tries: state.tries + 1 });
    },
    end: (state) => {
      const given = machine.end(state.inner);
      return withState(given, { inner: given.state, template: null, tries: state.tries });
    },
    ...(fail !== undefined && { fail: (state: SplicedState<S>, error: Parameters<typeof fail>[1]) => fail(state.inner, error) }),
  };
}

/** Reads the event once more with the probe in its text's place: whatever becomes of it becomes of every other text. */
function learn<S>(machine: StreamMachine<S, SseFrame, string>, state: S, { event, data }: SseFrame): DeltaTemplate | null {
  const place = findPiece(data);
  if (place === undefined) return null;
  const probe = { event, data: place.before + PROBE + place.after + (place.tail ?? '') };
  const { state: next, out, error } = machine.step(state, probe);
  const [shown] = out;
  if (shown === undefined || out.length > 1 || error !== undefined || next !== state) return null;
  return toTemplate(event, place, shown) ?? null;
}

function withState<S, T, Out>({ out, error, usage }: Step<S, Out>, state: T): Step<T, Out> {
  if (usage !== undefined) return error === undefined ? { state, out, usage } : { state, out, error, usage };
  return error === undefined ? { state, out } : { state, out, error };
}
