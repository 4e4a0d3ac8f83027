import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine } from '../../contract/stream-machine.ts';
import { offersFunctions, toCall } from './generate-response.ts';
import { toChunks, type LineReading, type LineState } from './stream.ts';
import { readThought, toSpoken } from './thought.ts';
import { childId } from '../../text/child-id.ts';

/** The beginning of an object, fenced or not, or a text that may still become one. */
const MAY_BE_CALL = /^\s*(?:`{0,3}|```(?:j|js|jso|json)?\s*|(?:```(?:json)?\s*)?\{.*)$/su;

/**
 * Decoded text of a stream of `/api/generate` → chat completion chunks. If the request offers functions, text that may be a call is held
 * back until it is complete.
 *
 * source: LiteLLM 1.106.2, llms/ollama/completion/transformation.py `chunk_parser`, read 2026-11-27.
 */
export function toGeneratedChunks(plan: Plan, chat: JsonObject): OpaqueMachine<string, JsonObject> {
  const holds = offersFunctions(chat);
  return toChunks(plan, {
    read: (state, line) => readLine(state, line, holds),
    id: (callId) => childId('chatcmpl-', callId),
    errorStatus: 500,
  });
}

function readLine(state: LineState, { response, thinking, done }: JsonObject, holds: boolean): LineReading {
  const text = typeof response === 'string' ? response : '';
  const said = readThought(state.phase, typeof thinking === 'string' ? thinking : '', text);
  const held = state.held + said.text;
  // An answer that began as plain text stays plain text.
  if (!holds || state.hasText || !MAY_BE_CALL.test(held)) {
    const delta = toSpoken({ ...said, text: held });
    return next(state, said.phase, '', state.hasText || held !== '', [delta]);
  }
  if (done !== true) return next(state, said.phase, held, false, [toSpoken({ ...said, text: '' })]);
  const call = toCall(held, state.callId);
  if (call === undefined) return next(state, said.phase, '', true, [toSpoken({ ...said, text: held })]);
  return { ...next(state, said.phase, '', true, [{ content: '', tool_calls: [{ ...call, index: 0 }] }]), finish: 'tool_calls' };
}

function next(state: LineState, phase: LineState['phase'], held: string, hasText: boolean, deltas: readonly JsonObject[]): LineReading {
  const same = phase === state.phase && held === state.held && hasText === state.hasText;
  return {
    state: same ? state : { ...state, phase, held, hasText },
    deltas: deltas.filter((delta) => Object.keys(delta).length > 0),
    finish: 'stop',
  };
}
