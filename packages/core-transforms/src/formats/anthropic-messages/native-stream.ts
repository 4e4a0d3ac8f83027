import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine, Step, StreamMachine } from '../../contract/stream-machine.ts';
import { sseFrames, type SseFrame } from '../../framing/sse.ts';
import { isObject } from '../../json/is-object.ts';
import { editMembers } from '../../json/edit-members.ts';
import { parseRawObject } from '../../json/raw-object.ts';
import { pipe } from '../../stream/pipe.ts';
import { parseEvent } from './parse.ts';
import { readString } from './types.ts';

/** How far a stream has come: `stopping` once a stop reason is known, `done` after its last event. */
interface NativeStreamState {
  readonly phase: 'idle' | 'open' | 'stopping' | 'done';
}

const IDLE: NativeStreamState = { phase: 'idle' };
const OPEN: NativeStreamState = { phase: 'open' };
const STOPPING: NativeStreamState = { phase: 'stopping' };
const DONE: NativeStreamState = { phase: 'done' };

const NOTHING: readonly string[] = [];

/** The type of an event without a name, at the start of its data. */
const LEADING_TYPE = /^\s*\{\s*"type"\s*:\s*"([a-z_]+)"/u;

/**
 * The provider's stream for a client that speaks its dialect: events keep their data; only the model in the first one is replaced by the
 * one that the answer shows.
 *
 * errors: `bad-upstream` for data that is not an event; `stream-cut` if the stream ends before it is complete. An error event of the
 *         provider is passed on and ends the stream. A `message_stop` missing after a stop reason is added.
 * source: the provider's streaming guide, https://docs.claude.com/en/docs/build-with-claude/streaming, read 2026-11-23.
 */
export function nativeStream(plan: Plan): OpaqueMachine<string, string> {
  return pipe(sseFrames(plan.provider.id), framesToEvents(plan));
}

/** The same from parsed frames. With `needsStop`, a `message_stop` missing after a stop reason is a `stream-cut` too. */
export function framesToEvents(plan: Plan, needsStop = false): StreamMachine<NativeStreamState, SseFrame, string> {
  return {
    start: () => IDLE,
    step: (state, frame) => readFrame(state, frame, plan),
    end: (state) => {
      if (state.phase === 'done') return { state, out: NOTHING };
      if (state.phase === 'stopping' && !needsStop) return { state: DONE, out: [render('message_stop', '{"type":"message_stop"}')] };
      return { state, out: NOTHING, error: { kind: 'stream-cut', provider: plan.provider.id, phase: state.phase } };
    },
  };
}

function readFrame(state: NativeStreamState, { event, data }: SseFrame, plan: Plan): Step<NativeStreamState, string> {
  if (state.phase === 'done' || data === '[DONE]') return { state, out: NOTHING };
  const type = event === '' ? (LEADING_TYPE.exec(data)?.[1] ?? typeOf(data)) : event;
  switch (type) {
    case 'content_block_delta':
      return { state, out: [render(event, data)] };
    case 'message_start':
      return { state: OPEN, out: [render(event, withModel(data, plan.answerModel))] };
    case 'message_delta':
      return { state: stops(data) ? STOPPING : state, out: [render(event, data)] };
    case 'message_stop':
    case 'error':
      return { state: DONE, out: [render(event, data)] };
    case undefined:
      return {
        state,
        out: NOTHING,
        error: { kind: 'bad-upstream', provider: plan.provider.id, message: 'an event of the stream has no type' },
      };
    default:
      return { state, out: [render(event, data)] };
  }
}

function render(event: string, data: string): string {
  return event === '' ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
}

function typeOf(data: string): string | undefined {
  const event = parseEvent(data);
  return event === undefined ? undefined : readString(event, 'type');
}

function stops(data: string): boolean {
  const delta = parseEvent(data)?.['delta'];
  return isObject(delta) && typeof delta['stop_reason'] === 'string';
}

/** The text of a `message_start` with its model replaced; everything else keeps its text. */
function withModel(data: string, model: string | undefined): string {
  const outer = model === undefined ? undefined : parseRawObject(data);
  const span = outer?.members.findLast((member) => member.name === 'message');
  if (model === undefined || outer === undefined || span === undefined) return data;
  const inner = parseRawObject(data.slice(span.valueStart, span.valueEnd));
  if (inner === undefined || !Object.hasOwn(inner.value, 'model')) return data;
  return data.slice(0, span.valueStart) + editMembers(inner, [{ name: 'model', set: model }]) + data.slice(span.valueEnd);
}
