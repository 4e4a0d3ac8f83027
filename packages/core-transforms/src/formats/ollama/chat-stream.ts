import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine } from '../../contract/stream-machine.ts';
import { isObject } from '../../json/is-object.ts';
import { mapStopReason } from '../openai-chat/map-stop-reason.ts';
import { toToolCalls } from './chat-response.ts';
import { toChunks, type LineReading, type LineState } from './stream.ts';
import { readThought, toSpoken } from './thought.ts';

/**
 * Decoded text of a stream of `/api/chat` → chat completion chunks.
 *
 * source: LiteLLM 1.106.2, llms/ollama/chat/transformation.py `chunk_parser`, read 2026-11-27. It takes tagged reasoning after the first
 *         line for text.
 */
export function toChatChunks(plan: Plan): OpaqueMachine<string, JsonObject> {
  return toChunks(plan, { read: readChatLine, id: (callId) => callId, errorStatus: 400 });
}

function readChatLine(state: LineState, { message, done_reason: reason }: JsonObject): LineReading {
  const { content, thinking, tool_calls: given } = isObject(message) ? message : {};
  const said = readThought(state.phase, toText(thinking), toText(content));
  const calls = toToolCalls(given, state.callId, state.callCount).map((call, position) => ({ ...call, index: state.callCount + position }));
  const delta = { ...toSpoken(said), ...(calls.length > 0 && { tool_calls: calls }) };
  const callCount = state.callCount + calls.length;
  const same = said.phase === state.phase && calls.length === 0;
  return {
    state: same ? state : { ...state, phase: said.phase, callCount },
    deltas: Object.keys(delta).length === 0 ? [] : [delta],
    finish: callCount > 0 ? 'tool_calls' : mapStopReason(toText(reason)),
  };
}

function toText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
