import type { JsonObject } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { readCallFields, searchCalls, toCallItem, withCallFields, type ToolNames } from './client-output.ts';
import { argumentDeltas, searchEvents, type WriteEvent } from './client-stream-events.ts';
import { counted, withAnswer, type CallState, type StreamState, type Written } from './client-stream-state.ts';

/** Adds a chunk's tool calls: new ones are opened, arguments are sent in pieces. */
export function addCalls(given: StreamState, delta: JsonObject, names: ToolNames, write: WriteEvent): Written {
  let state = given;
  let text = '';
  for (const piece of objectsIn(delta['tool_calls'])) {
    const at = findCall(piece, state.calls);
    const opened = at === undefined ? openCall(state, piece, names, write) : { state, text: '' };
    const written = growCall(opened.state, at ?? state.calls.length, argumentsOf(piece), write);
    state = written.state;
    text += opened.text + written.text;
  }
  return { state, text };
}

/** Ends every call, in the order in which the calls began. */
export function closeCalls(given: StreamState, names: ToolNames, write: WriteEvent): Written {
  const searches = searchCalls(given.answer.fields ?? undefined);
  const settled = fillArguments(given, write);
  let { state, text } = settled;
  for (const call of settled.state.calls) {
    const search = call.isSearch ? searches.get(call.callId) : undefined;
    if (search !== undefined) {
      text += searchEvents(state.sequence, call.outputIndex, search, write);
      state = counted(state, 5);
      continue;
    }
    const item = toCallItem(call.callId, call.name, call.args, 'completed', names);
    text +=
      write('response.function_call_arguments.done', { item_id: call.itemId, output_index: call.outputIndex, arguments: call.args }) +
      write('response.output_item.done', { output_index: call.outputIndex, sequence_number: state.sequence + 2, item });
    state = counted(state, 2);
  }
  return { state, text };
}

/** Gives a call without arguments `{}`, as arguments must be JSON. */
function fillArguments(given: StreamState, write: WriteEvent): Written {
  let state = given;
  let text = '';
  for (const [at, call] of given.calls.entries()) {
    if (call.args !== '' || call.isSearch) continue;
    const grown = growCall(state, at, '{}', write);
    state = grown.state;
    text += grown.text;
  }
  return { state, text };
}

/** The calls of a whole answer as output items, with their indexes in the stream. */
export function callItems({ calls, answer }: StreamState, names: ToolNames): readonly (readonly [number, JsonObject])[] {
  const searches = searchCalls(answer.fields ?? undefined);
  const code = objectsIn(answer.fields?.['code_interpreter_results']);
  return calls.map(({ callId, name, args, fields, outputIndex }) => {
    const ran = searches.get(callId) ?? code.find((item) => item['id'] === callId);
    return [outputIndex, ran ?? withCallFields(toCallItem(callId, name, args, 'completed', names), fields)] as const;
  });
}

function openCall(state: StreamState, piece: JsonObject, names: ToolNames, write: WriteEvent): Written {
  const { id, index } = piece;
  const definition = isObject(piece['function']) ? piece['function'] : {};
  const name = typeof definition['name'] === 'string' ? definition['name'] : '';
  const callId = typeof id === 'string' && id !== '' ? id : `call_${state.answer.callId}-${state.calls.length}`;
  const isSearch = searchCalls(state.answer.fields ?? undefined).has(callId);
  const outputIndex = state.answer.count;
  const item = toCallItem(callId, name, '', 'in_progress', names);
  const call: CallState = {
    index: typeof index === 'number' ? index : null,
    callId,
    name,
    itemId: String(item['id']),
    outputIndex,
    args: '',
    fields: readCallFields(piece),
    isSearch,
  };
  const named = withAnswer(state, { count: outputIndex + 1 });
  const { sequence, text, reasoning, answer } = named;
  const next: StreamState = { sequence: sequence + (isSearch ? 0 : 1), text, reasoning, calls: [...state.calls, call], answer };
  return { state: next, text: isSearch ? '' : write('response.output_item.added', { output_index: outputIndex, item }) };
}

function growCall(state: StreamState, at: number, args: string, write: WriteEvent): Written {
  const call = state.calls[at];
  if (call === undefined || args === '') return { state, text: '' };
  const deltas = call.isSearch ? { text: '', count: 0 } : argumentDeltas(call.itemId, call.outputIndex, args, write);
  const { text, reasoning, answer } = state;
  const calls = state.calls.with(at, { ...call, args: call.args + args });
  return { state: { sequence: state.sequence + deltas.count, text, reasoning, calls, answer }, text: deltas.text };
}

function argumentsOf(piece: JsonObject): string {
  const definition = piece['function'];
  const args = isObject(definition) ? definition['arguments'] : undefined;
  if (typeof args === 'string') return args;
  return args === undefined || args === null ? '' : JSON.stringify(args);
}

/** The call that a piece continues: the one with the same id; without an id, the one with the same index; without either, the last. */
function findCall({ id, index }: JsonObject, calls: readonly CallState[]): number | undefined {
  const isNamed = typeof id === 'string' && id !== '';
  if (!isNamed && typeof index !== 'number') return calls.length === 0 ? undefined : calls.length - 1;
  const at = calls.findLastIndex((call) => (isNamed ? call.callId === id : call.index === index));
  return at === -1 ? undefined : at;
}
