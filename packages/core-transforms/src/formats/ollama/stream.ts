import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine, Step, StreamMachine } from '../../contract/stream-machine.ts';
import type { TransformError } from '../../errors/transform-error.ts';
import { jsonLines } from '../../framing/json-lines.ts';
import { isObject } from '../../json/is-object.ts';
import { pipe } from '../../stream/pipe.ts';
import { toUsage, wordsOf } from './parse.ts';
import type { ThoughtPhase } from './thought.ts';
import { parseJson } from '../../json/parse-json.ts';

/** How far an answer has come. */
export interface LineState {
  /** The id from which those of the answer and its calls are derived. */
  readonly callId: string;
  readonly created: number;
  /** Whether a piece of the answer has been sent. */
  readonly begun: boolean;
  readonly done: boolean;
  readonly phase: ThoughtPhase;
  readonly callCount: number;
  /** Whether the answer has text. */
  readonly hasText: boolean;
  /** Held-back text that may be a call. */
  readonly held: string;
}

/** A line's result: the next state, and pieces of the answer. */
export interface LineReading {
  readonly state: LineState;
  readonly deltas: readonly JsonObject[];
  /** The finish reason, on the last line. */
  readonly finish?: string;
}

/** How an API's lines are read. */
export interface LineReader {
  readonly read: (state: LineState, line: JsonObject) => LineReading;
  readonly id: (callId: string) => string;
  /** The reference's status for an error in the middle of a stream. */
  readonly errorStatus: number;
}

const NOTHING: readonly JsonObject[] = [];

/**
 * Decoded text of a stream → chat completion chunks. Every line is a JSON object, and the last one is `done`.
 *
 * errors: `upstream-refused` for an error in place of a line, `bad-upstream` for a line that is not an object, `stream-cut` for an end
 *         before `done`.
 */
export function toChunks(plan: Plan, reader: LineReader): OpaqueMachine<string, JsonObject> {
  const machine: StreamMachine<LineState, string, JsonObject> = {
    start: ({ callId, nowSeconds }) => ({
      callId,
      created: nowSeconds,
      begun: false,
      done: false,
      phase: 'none',
      callCount: 0,
      hasText: false,
      held: '',
    }),
    step: (state, text) => readLine(state, text, plan, reader),
    end: (state) => {
      if (state.done) return { state, out: NOTHING };
      const phase = state.begun ? 'answering' : 'waiting for the first line';
      return { state, out: NOTHING, error: { kind: 'stream-cut', provider: plan.provider.id, phase } };
    },
  };
  return pipe(jsonLines(plan.provider.id), machine);
}

function readLine(state: LineState, text: string, plan: Plan, reader: LineReader): Step<LineState, JsonObject> {
  if (state.done) return { state, out: NOTHING };
  const line = parseJson(text);
  if (!isObject(line)) return { state, out: NOTHING, error: unreadable(plan) };
  if (line['error'] !== undefined) return { state, out: NOTHING, error: refused(line['error'], state, plan, reader) };
  const { state: next, deltas, finish } = reader.read(state, line);
  const chunk = (delta: JsonObject, reason: string | null): JsonObject => ({
    id: reader.id(state.callId),
    object: 'chat.completion.chunk',
    created: state.created,
    model: plan.answerModel ?? plan.model,
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  const out = deltas.map((delta) => chunk(delta, null));
  const begun = state.begun || deltas.length > 0;
  if (line['done'] !== true) return { state: begun === next.begun ? next : { ...next, begun }, out };
  const usage = toUsage(line);
  const last = { ...chunk({}, finish ?? 'stop'), ...(usage !== undefined && { usage }) };
  return { state: { ...next, begun: true, done: true }, out: [...out, last] };
}

function unreadable(plan: Plan): TransformError {
  return { kind: 'bad-upstream', provider: plan.provider.id, message: 'a line of the stream is no JSON object' };
}

function refused(error: JsonValue, { begun }: LineState, plan: Plan, { errorStatus }: LineReader): TransformError {
  const shown = { status: errorStatus, type: null };
  const refusal = { kind: 'upstream-refused', provider: plan.provider.id, status: 500, message: wordsOf(error), reason: 'other' } as const;
  return begun ? { ...refusal, shown } : refusal;
}
