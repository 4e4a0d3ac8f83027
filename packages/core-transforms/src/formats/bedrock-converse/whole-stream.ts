import type { JsonObject } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import { opaque, type OpaqueMachine, type StreamMachine } from '../../contract/stream-machine.ts';
import { isObject } from '../../json/is-object.ts';
import { toJsonContent } from '../anthropic-messages/response.ts';
import { isArray, JSON_TOOL_NAME, readString } from '../anthropic-messages/types.ts';
import { wantsJson } from './response-format.ts';
import { toChatCompletion } from './response.ts';
import { parseJson } from '../../json/parse-json.ts';

interface WholeState {
  readonly text: string;
  readonly nowSeconds: number;
  readonly callId: string;
}

const NOTHING: readonly JsonObject[] = [];

/**
 * A whole answer, received in pieces → the chunks of a stream: one with all content, one with the end.
 *
 * errors: those of toChatCompletion.
 * source: LiteLLM 1.106.2, llms/bedrock/chat/invoke_handler.py `MockResponseIterator`, read 2026-11-23: of several calls it shows the
 *         first, and the JSON tool's call ends in `tool_calls`.
 */
export function wholeChunks(plan: Plan, chat: JsonObject): OpaqueMachine<string, JsonObject> {
  const takesJson = wantsJson(chat['response_format']);
  // The reference reads the answer as if no format had been requested, and turns the call into text afterwards.
  const { response_format: _format, ...plain } = chat;
  const machine: StreamMachine<WholeState, string, JsonObject> = {
    start: ({ nowSeconds, callId }) => ({ text: '', nowSeconds, callId }),
    step: (state, text) => ({ state: { ...state, text: state.text + text }, out: NOTHING }),
    end: (state) => {
      const answer = { status: 200, headers: {}, body: state.text };
      const whole = toChatCompletion(answer, plan, { nowSeconds: state.nowSeconds, callId: state.callId }, plain);
      return whole.ok ? { state, out: toChunks(whole.value, takesJson) } : { state, out: NOTHING, error: whole.error };
    },
  };
  return opaque(machine);
}

function toChunks({ id, created, model, choices, usage }: JsonObject, takesJson: boolean): readonly JsonObject[] {
  const [choice] = isArray(choices) ? choices : [];
  const { message, finish_reason: reason } = isObject(choice) ? choice : {};
  const said = isObject(message) ? message : {};
  const [call] = isArray(said['tool_calls']) ? said['tool_calls'].filter(isObject) : [];
  const head = { id, object: 'chat.completion.chunk', created, model };
  const delta: JsonObject = {
    role: 'assistant',
    content: takesJson && call !== undefined ? jsonOf(call) : (said['content'] ?? ''),
    ...(call !== undefined && !takesJson && { tool_calls: [{ ...call, index: 0 }] }),
  };
  return [
    { ...head, choices: [{ index: 0, delta }] },
    { ...head, choices: [{ index: 0, delta: {}, finish_reason: reason ?? 'stop' }] },
    ...(usage === undefined ? [] : [{ ...head, choices: [], usage }]),
  ];
}

function jsonOf(call: JsonObject): string {
  const definition = isObject(call['function']) ? call['function'] : {};
  const text = readString(definition, 'arguments') ?? '';
  return definition['name'] === JSON_TOOL_NAME ? toJsonContent(parseJson(text) ?? text) : text;
}
