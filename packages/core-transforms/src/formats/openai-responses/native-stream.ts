import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine, Step, StreamMachine } from '../../contract/stream-machine.ts';
import type { SseFrame } from '../../framing/sse.ts';
import { editMembers, type MemberEdit } from '../../json/edit-members.ts';
import { isObject } from '../../json/is-object.ts';
import { parseRawObject, type TextObject } from '../../json/raw-object.ts';
import { pipe } from '../../stream/pipe.ts';
import { answerFrames } from '../openai-chat/answer-frames.ts';
import { DONE } from '../openai-chat/types.ts';
import { readEventError } from './event-error.ts';
import { withMark, withMarks } from './reasoning-marks.ts';
import { showResponseId } from './response-id.ts';
import { codeOf, failedEvent, failureEvent, unknownIdentity, type Identity } from './stream-failure.ts';

interface NativeState extends Identity {
  readonly phase: 'idle' | 'open' | 'done';
}

const NOTHING: readonly string[] = [];
const DONE_EVENT = `data: ${DONE}\n\n`;

/** Events that end a response; each contains the whole response. */
const TERMINAL: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** Nearly all events are pieces of text or of arguments: their type comes first, and they can be passed on unparsed. */
const DELTA = /^\{"type":"response\.[a-z_.]+\.delta"[^]*\}$/u;
const SEQUENCE = /"sequence_number":\s?(\d+)/u;

/**
 * The provider's stream for a client that speaks its dialect: events keep their data, except for the model, which is the one that the
 * client asked for, and the response's id, which is the client's.
 *
 * errors: an error event, or one in place of a stream, is `upstream-refused`; `stream-cut` if the stream ends before the response does. As
 *         in the reference, data that is not a JSON object is left out.
 * cost:   a delta is spliced, not parsed.
 * source: LiteLLM 1.106.2, responses/streaming_iterator.py, read 2026-11-23.
 */
export function nativeStream(plan: Plan): OpaqueMachine<string, string> {
  return pipe(answerFrames(plan.provider.id), framesToText(plan));
}

function framesToText(plan: Plan): StreamMachine<NativeState, SseFrame, string> {
  const group = plan.answerModel === undefined ? undefined : `,"model":${JSON.stringify(plan.answerModel)}}`;
  return {
    start: ({ callId, nowSeconds }) => ({ ...unknownIdentity(callId, nowSeconds, plan), phase: 'idle' }),
    step: (state, { data }) => {
      if (state.phase === 'done' || data === DONE) return { state, out: NOTHING };
      if (!DELTA.test(data)) return readEvent(state, data, plan);
      const text = group === undefined ? data : data.slice(0, -1) + group;
      return { state: numbered(state, Number(SEQUENCE.exec(data)?.[1] ?? Number.NaN)), out: [`data: ${text}\n\n`] };
    },
    end: (state) => {
      if (state.phase === 'done') return { state, out: NOTHING };
      const phase = state.phase === 'idle' ? 'before the first event' : 'streaming';
      return { state, out: NOTHING, error: { kind: 'stream-cut', provider: plan.provider.id, phase } };
    },
    fail: (state, error) => [failureEvent(state, error)],
  };
}

function numbered(state: NativeState, sequence: number): NativeState {
  const { id, createdAt, model, phase } = state;
  return sequence > state.sequence ? { id, createdAt, model, sequence, phase } : state;
}

function readEvent(state: NativeState, data: string, plan: Plan): Step<NativeState, string> {
  const event = parseRawObject(data);
  if (event === undefined) return { state, out: NOTHING };
  const { type, sequence_number: sequence, response } = event.value;
  const error = type === 'response.failed' ? undefined : readEventError(event.value, plan);
  if (error !== undefined) return { state, out: NOTHING, error };
  const counted = numbered(state, typeof sequence === 'number' ? sequence : Number.NaN);
  if (type === 'response.failed') return fail(state, isObject(response) ? response : {}, plan);
  const named = isObject(response) ? nameResponse(counted, response, plan) : counted;
  const isLast = typeof type === 'string' && TERMINAL.has(type);
  const next: NativeState = isLast || named.phase === 'idle' ? { ...named, phase: isLast ? 'done' : 'open' } : named;
  const text = `data: ${editEvent(event, next, plan)}\n\n`;
  return { state: next, out: isLast ? [text, DONE_EVENT] : [text] };
}

/** Ends a failed response, of which the reference keeps only the identity and the error. */
function fail(state: NativeState, response: JsonObject, plan: Plan): Step<NativeState, string> {
  const error = isObject(response['error']) ? response['error'] : {};
  const named = nameResponse(state, response, plan);
  const { message } = error;
  const words = `${plan.provider.responses?.failureLead ?? ''}${typeof message === 'string' ? message : 'the response failed'}`;
  const text = failedEvent(named, codeOf(error['code'], error['type']), words);
  return { state: { ...named, phase: 'done' }, out: [text, DONE_EVENT] };
}

function nameResponse(state: NativeState, { id, created_at: created, model }: JsonObject, plan: Plan): NativeState {
  return {
    id: typeof id === 'string' ? showResponseId(id, plan) : state.id,
    createdAt: typeof created === 'number' ? Math.trunc(created) : state.createdAt,
    model: typeof model === 'string' ? model : state.model,
    sequence: state.sequence,
    phase: state.phase,
  };
}

function editEvent(event: TextObject, { id }: NativeState, { answerModel, reasoning }: Plan): string {
  const span = event.members.findLast((member) => member.name === 'response');
  const response = span === undefined ? undefined : parseRawObject(event.text.slice(span.valueStart, span.valueEnd));
  const output = withMarks(response?.value['output'], reasoning);
  const { item } = event.value;
  const marked = item === undefined || reasoning === undefined ? item : withMark(item, reasoning, false);
  const edits: MemberEdit[] = typeof response?.value['id'] === 'string' ? [{ name: 'id', set: id }] : [];
  if (output !== undefined) edits.push({ name: 'output', set: output });
  return editMembers(event, [
    ...(response === undefined || edits.length === 0 ? [] : [{ name: 'response', setText: editMembers(response, edits) }]),
    ...(marked === item || marked === undefined ? [] : [{ name: 'item', set: marked }]),
    ...(answerModel === undefined ? [] : [{ name: 'model', set: answerModel }]),
  ]);
}
