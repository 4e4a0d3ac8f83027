import { isObject, parseJson, type JsonValue } from '@stagegate/core-transforms';
import type { StreamEvent } from './stream-events.ts';

/** The content of a stream, in any client dialect. */
export interface Said {
  /** Whether it had any text or reasoning. */
  readonly text: boolean;
  /** In the order in which they began. */
  readonly calls: readonly SaidCall[];
}

/** A tool call, joined. */
export interface SaidCall {
  readonly id: string;
  readonly input: string;
}

/** Joins the content of a stream of chat chunks, of `/v1/messages` or of `/v1/responses`. */
export function readSaid(events: readonly StreamEvent[]): Said {
  const calls = new Map<string, SaidCall>();
  const add: AddCall = (key, piece, id) => {
    const { id: before, input } = calls.get(key) ?? { id: '', input: '' };
    calls.set(key, { id: before === '' && typeof id === 'string' ? id : before, input: input + (typeof piece === 'string' ? piece : '') });
  };
  let text = false;
  for (const { data } of events) {
    if (!isObject(data)) continue;
    const { type, index, choices, content_block: block, delta, item, item_id: itemId } = data;
    for (const choice of Array.isArray(choices) ? choices : []) text = readChoice(choice, add) || text;
    if (type === 'content_block_start' && isObject(block) && block['type'] === 'tool_use') add(String(index), '', block['id']);
    if (type === 'content_block_delta' && isObject(delta)) {
      text ||= saysText(delta['text']) || saysText(delta['thinking']);
      if (typeof delta['partial_json'] === 'string') add(String(index), delta['partial_json']);
    }
    if (type === 'response.output_item.added' && isObject(item) && item['type'] === 'function_call')
      add(String(item['id']), '', item['call_id']);
    if (type === 'response.function_call_arguments.delta') add(String(itemId), delta);
    text ||= type === 'response.output_text.delta' && saysText(delta);
  }
  return { text, calls: [...calls.values()] };
}

/** Whether each call has an id of its own, and arguments that are one JSON object. */
export function areSound(calls: readonly SaidCall[]): boolean {
  return new Set(calls.map(({ id }) => id)).size === calls.length && calls.every(({ input }) => input === '' || isObject(parseJson(input)));
}

/** Adds a piece of a call, with its id where it is known. */
type AddCall = (key: string, piece: JsonValue | undefined, id?: JsonValue) => void;

/** Whether the choice's delta has text; its calls go to `add`. */
function readChoice(choice: JsonValue, add: AddCall): boolean {
  if (!isObject(choice)) return false;
  const { delta, text } = choice;
  if (!isObject(delta)) return saysText(text);
  for (const call of Array.isArray(delta['tool_calls']) ? delta['tool_calls'] : []) {
    if (!isObject(call)) continue;
    const definition = call['function'];
    add(`${String(choice['index'])}.${String(call['index'])}`, isObject(definition) ? definition['arguments'] : '', call['id']);
  }
  return saysText(delta['content']) || saysText(delta['reasoning_content']) || saysText(delta['refusal']);
}

function saysText(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value !== '';
}
