import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine, Step, StreamMachine } from '../../contract/stream-machine.ts';
import { awsEventStream, type AwsEvent } from '../../framing/aws-event-stream.ts';
import { pipe } from '../../stream/pipe.ts';
import { toStreamError } from './errors.ts';

/** Whether the model has sent content yet. */
interface DecodeState {
  readonly hasSpoken: boolean;
}

const HAS_SPOKEN: DecodeState = { hasSpoken: true };
/** The events with content, in Converse's stream and in that of the model's own dialect. */
const SPEECH: ReadonlySet<string | undefined> = new Set(['contentBlockDelta', 'chunk']);

/**
 * The bytes of an AWS event stream → server-sent events with AWS's names.
 *
 * in:     `toFrame` writes an event, for formats that need another shape.
 * errors: `upstream-refused` for an exception; those of awsEventStream.
 */
export function decodeEvents(plan: Plan, toFrame: (event: AwsEvent) => string = namedFrame): OpaqueMachine<Uint8Array, string> {
  const toText: StreamMachine<DecodeState, AwsEvent, string> = {
    start: () => ({ hasSpoken: false }),
    step: (state, event) => readEvent(state, event, plan, toFrame),
    end: (state) => ({ state, out: [] }),
  };
  return pipe(awsEventStream(plan.provider.id), toText);
}

/** One server-sent event; data with line breaks becomes several `data:` lines. */
export function toSseFrame(event: string, data: string): string {
  const lines = data.includes('\n') ? data.replaceAll(/\r?\n/gu, '\ndata: ') : data;
  return event === '' ? `data: ${lines}\n\n` : `event: ${event}\ndata: ${lines}\n\n`;
}

function namedFrame({ headers, payload }: AwsEvent): string {
  return toSseFrame(headers[':event-type'] ?? '', payload);
}

function readEvent(state: DecodeState, event: AwsEvent, plan: Plan, toFrame: (event: AwsEvent) => string): Step<DecodeState, string> {
  const { headers, payload } = event;
  switch (headers[':message-type']) {
    case 'exception':
      return fails(state, headers[':exception-type'], payload, plan);
    case 'error':
      return fails(state, headers[':error-code'], JSON.stringify({ message: headers[':error-message'] ?? payload }), plan);
    default:
      return { state: SPEECH.has(headers[':event-type']) ? HAS_SPOKEN : state, out: [toFrame(event)] };
  }
}

function fails(state: DecodeState, type: string | undefined, body: string, plan: Plan): Step<DecodeState, string> {
  return { state, out: [], error: toStreamError(type ?? 'unknown', body, plan, state.hasSpoken) };
}
