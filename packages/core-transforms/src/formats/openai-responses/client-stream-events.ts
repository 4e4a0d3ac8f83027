import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { counted, withAnswer, type StreamState, type Written } from './client-stream-state.ts';
import { childId } from '../../text/child-id.ts';

/** The most characters of arguments in one event: like OpenAI, the reference sends them in small pieces. */
const ARGUMENT_CHARACTERS_MAX = 10;

/** Writes one event; every event names the model that the client asked for. */
export type WriteEvent = (type: string, members: JsonObject) => string;

/** A writer of events for one call. */
export function eventWriter(model: string | undefined): WriteEvent {
  const named = model === undefined ? {} : { model };
  return (type, members) => `data: ${JSON.stringify({ type, ...members, ...named })}\n\n`;
}

/** The id of the item with the answer's text. */
export function messageId({ answer }: StreamState): string {
  return childId('msg_', answer.callId);
}

/** The id of the item with its reasoning. */
export function reasoningId({ answer }: StreamState): string {
  return childId('rs_', answer.callId);
}

/** Opens the item for text, unless it is open. */
export function openMessage(state: StreamState, write: WriteEvent): Written {
  if (state.answer.messageIndex !== null) return { state, text: '' };
  const index = state.answer.count;
  const id = messageId(state);
  const item = { id, type: 'message', role: 'assistant', status: 'in_progress', content: [] };
  const part = { type: 'output_text', text: '', annotations: [] };
  return {
    state: counted(withAnswer(state, { messageIndex: index, count: index + 1 }), 2),
    text:
      write('response.output_item.added', { output_index: index, item }) +
      write('response.content_part.added', { item_id: id, output_index: index, content_index: 0, part }),
  };
}

/** Closes the item for text, if it was opened. */
export function closeMessage(state: StreamState, annotations: readonly JsonObject[], write: WriteEvent): string {
  const { messageIndex: index } = state.answer;
  if (index === null) return '';
  const id = messageId(state);
  const place = { item_id: id, output_index: index, content_index: 0 };
  const part = { type: 'output_text', text: state.text, annotations };
  const item = { id, status: 'completed', type: 'message', role: 'assistant', content: [part] };
  return (
    write('response.output_text.done', { ...place, text: state.text }) +
    write('response.content_part.done', { ...place, part }) +
    write('response.output_item.done', { output_index: index, sequence_number: 1, item })
  );
}

/** Opens the item for reasoning, unless it is open. */
export function openReasoning(state: StreamState, write: WriteEvent): Written {
  if (state.answer.reasoningIndex !== null) return { state, text: '' };
  const index = state.answer.count;
  const item = { id: reasoningId(state), type: 'reasoning', status: 'in_progress', summary: null };
  return {
    state: withAnswer(state, { reasoningIndex: index, count: index + 1 }),
    text: write('response.output_item.added', { output_index: index, item }),
  };
}

/** Closes the item for reasoning, if it is open. */
export function closeReasoning(state: StreamState, write: WriteEvent): Written {
  const { reasoningIndex: index, reasoningDone: isDone } = state.answer;
  if (index === null || isDone) return { state, text: '' };
  const id = reasoningId(state);
  const { reasoning: text, sequence } = state;
  const part = { type: 'summary_text', text };
  const place = (number: number): JsonObject => ({ item_id: id, output_index: index, sequence_number: number, summary_index: 0 });
  return {
    state: counted(withAnswer(state, { reasoningDone: true }), 3),
    text:
      write('response.reasoning_summary_text.done', { ...place(sequence + 1), text }) +
      write('response.reasoning_summary_part.done', { ...place(sequence + 2), part }) +
      write('response.output_item.done', {
        output_index: index,
        sequence_number: sequence + 3,
        item: { id, type: 'reasoning', summary: [part] },
      }),
  };
}

/** The events of a call's arguments, in pieces, and their number. */
export function argumentDeltas(
  itemId: string,
  outputIndex: number,
  args: string,
  write: WriteEvent,
): { readonly text: string; readonly count: number } {
  let text = '';
  let count = 0;
  for (const delta of inPieces(args)) {
    text += write('response.function_call_arguments.delta', { item_id: itemId, output_index: outputIndex, delta });
    count += 1;
  }
  return { text, count };
}

/** Splits by characters, never within a surrogate pair. */
function inPieces(text: string): readonly string[] {
  if (text.length <= ARGUMENT_CHARACTERS_MAX) return text === '' ? [] : [text];
  const characters = [...text];
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += ARGUMENT_CHARACTERS_MAX) {
    pieces.push(characters.slice(at, at + ARGUMENT_CHARACTERS_MAX).join(''));
  }
  return pieces;
}

/** The events of a search that ran at the provider. */
export function searchEvents(sequence: number, outputIndex: number, call: JsonObject, write: WriteEvent): string {
  const id: JsonValue = call['id'] ?? null;
  const place = { output_index: outputIndex, item_id: id };
  const added = { id, type: 'web_search_call', status: 'in_progress', action: null };
  return (
    write('response.output_item.added', { output_index: outputIndex, item: added }) +
    write('response.web_search_call.in_progress', place) +
    write('response.web_search_call.searching', place) +
    write('response.web_search_call.completed', place) +
    write('response.output_item.done', { output_index: outputIndex, sequence_number: sequence + 5, item: call })
  );
}
