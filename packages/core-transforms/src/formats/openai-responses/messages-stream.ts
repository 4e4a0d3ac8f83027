import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { Plan } from '../../contract/plan.ts';
import type { OpaqueMachine, Step, StreamMachine } from '../../contract/stream-machine.ts';
import type { SseFrame } from '../../framing/sse.ts';
import { isObject } from '../../json/is-object.ts';
import { pipe } from '../../stream/pipe.ts';
import { refusalDetails } from '../anthropic-messages/client-stop-reason.ts';
import {
  blockStop,
  jsonDelta,
  messageStart,
  signatureDelta,
  textDelta,
  thinkingDelta,
  toEvent,
} from '../anthropic-messages/client-stream-events.ts';
import { toMessagesUsage } from '../anthropic-messages/client-usage.ts';
import { answerFrames } from '../openai-chat/answer-frames.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { toChatUsage, usageWithSearches } from './convert-usage.ts';
import { SUMMARY_SEPARATOR, toSignature, toStop } from './messages-response.ts';
import { readEventError } from './event-error.ts';
import { childId } from '../../text/child-id.ts';
import { parseJson } from '../../json/parse-json.ts';

interface State {
  readonly callId: string;
  readonly phase: 'idle' | 'open' | 'done';
  /** Blocks begun so far. */
  readonly count: number;
  /** The index of an item's open block, by the item's id. */
  readonly blocks: Readonly<Record<string, number>>;
  /** Indexes of open blocks, including those of items without an id. */
  readonly open: readonly number[];
  readonly refusal: string;
}

interface Written {
  readonly state: State;
  readonly text: string;
}

const NOTHING: readonly string[] = [];

/**
 * The typed events of the responses API → events of the messages API.
 *
 * out:    `message_start` with the first event; a block for each item that has one; the stop reason, the usage and `message_stop` with the
 *         whole response.
 * errors: the provider's error if the response fails; `stream-cut` if the stream ends before the response does.
 * source: LiteLLM 1.106.2, llms/anthropic/pass_through/responses_adapters/streaming_iterator.py, read 2026-11-23.
 */
export function messagesStream(plan: Plan): OpaqueMachine<string, string> {
  return pipe(answerFrames(plan.provider.id), eventsToMessages(plan));
}

function eventsToMessages(plan: Plan): StreamMachine<State, SseFrame, string> {
  return {
    start: ({ callId }) => ({ callId, phase: 'idle', count: 0, blocks: {}, open: [], refusal: '' }),
    step: (state, { data }) => {
      const event = state.phase === 'done' ? undefined : parseJson(data);
      if (!isObject(event)) return { state, out: NOTHING };
      const error = readEventError(event, plan);
      return error === undefined ? takeEvent(state, event, plan) : { state, out: NOTHING, error };
    },
    end: (state) => {
      if (state.phase === 'done') return { state, out: NOTHING };
      const phase = state.phase === 'idle' ? 'before the first event' : 'streaming';
      return { state, out: NOTHING, error: { kind: 'stream-cut', provider: plan.provider.id, phase } };
    },
  };
}

function takeEvent(given: State, event: JsonObject, plan: Plan): Step<State, string> {
  const head = given.phase === 'idle' ? messageStart(childId('msg_', given.callId), plan.answerModel ?? plan.model) : '';
  const opened: State = given.phase === 'idle' ? { ...given, phase: 'open' } : given;
  const { state, text } = writeEvent(opened, event);
  const out = head + text;
  const usage = state.phase === 'done' && isObject(event['response']) ? toChatUsage(usageWithSearches(event['response'])) : undefined;
  return { state, out: out === '' ? NOTHING : [out], ...(usage !== undefined && { usage }) };
}

function writeEvent(state: State, event: JsonObject): Written {
  const { type } = event;
  const item = isObject(event['item']) ? event['item'] : {};
  const delta = typeof event['delta'] === 'string' ? event['delta'] : '';
  switch (type) {
    case 'response.output_item.added':
      return openItem(state, item);
    case 'response.output_text.delta':
      return delta === '' ? { state, text: '' } : addText(state, event, delta);
    case 'response.refusal.delta':
      return delta === '' ? { state, text: '' } : addText({ ...state, refusal: state.refusal + delta }, event, delta);
    case 'response.reasoning_summary_part.added':
      return addSeparator(state, event);
    case 'response.reasoning_summary_text.delta':
      return delta === '' ? { state, text: '' } : addThinking(state, event, delta);
    case 'response.function_call_arguments.delta':
      return addArguments(state, event['item_id'], delta);
    case 'response.output_item.done':
      return closeItem(state, item);
    case 'response.completed':
    case 'response.incomplete':
      return finish(state, isObject(event['response']) ? event['response'] : {});
    default:
      return { state, text: '' };
  }
}

function openItem(state: State, item: JsonObject): Written {
  if (item['type'] === 'message') return openBlock(state, item['id'], { type: 'text', text: '' });
  if (item['type'] !== 'function_call') return { state, text: '' };
  return openBlock(state, item['id'], { type: 'tool_use', id: item['call_id'] ?? '', name: item['name'] ?? '', input: {} });
}

function openBlock(state: State, itemId: JsonValue | undefined, block: JsonObject): Written {
  const { callId, phase, count, blocks, open, refusal } = state;
  const known = typeof itemId === 'string' && itemId !== '' ? { ...blocks, [itemId]: count } : blocks;
  return {
    state: { callId, phase, count: count + 1, blocks: known, open: [...open, count], refusal },
    text: toEvent('content_block_start', { index: count, content_block: block }),
  };
}

function closeBlock({ callId, phase, count, blocks, open, refusal }: State, index: number): Written {
  const left = Object.fromEntries(Object.entries(blocks).filter(([, block]) => block !== index));
  return { state: { callId, phase, count, blocks: left, open: open.filter((block) => block !== index), refusal }, text: blockStop(index) };
}

/** The open block of an item; without an id, the last one. */
function blockOf({ blocks, open }: State, itemId: JsonValue | undefined): number | undefined {
  if (typeof itemId === 'string' && itemId !== '') return Object.hasOwn(blocks, itemId) ? blocks[itemId] : undefined;
  return open.at(-1);
}

/** Adds a piece of arguments; one without a known call belongs to the last one. */
function addArguments(state: State, itemId: JsonValue | undefined, delta: string): Written {
  const index = blockOf(state, itemId) ?? state.open.at(-1);
  return { state, text: delta === '' || index === undefined ? '' : jsonDelta(index, delta) };
}

/** Adds text; some providers send an item's text without announcing the item. */
function addText(state: State, event: JsonObject, delta: string): Written {
  const known = blockOf(state, event['item_id']);
  const opened = known === undefined ? openBlock(state, event['item_id'], { type: 'text', text: '' }) : { state, text: '' };
  return { state: opened.state, text: opened.text + textDelta(known ?? state.count, delta) };
}

function addThinking(state: State, event: JsonObject, delta: string): Written {
  const known = blockOf(state, event['item_id']);
  const block = { type: 'thinking', thinking: '', signature: '' };
  const opened = known === undefined ? openBlock(state, event['item_id'], block) : { state, text: '' };
  return { state: opened.state, text: opened.text + thinkingDelta(known ?? state.count, delta) };
}

function addSeparator(state: State, { item_id: itemId, summary_index: index }: JsonObject): Written {
  const known = typeof itemId === 'string' ? blockOf(state, itemId) : undefined;
  const isLater = typeof index === 'number' && index > 0;
  return { state, text: known === undefined || !isLater ? '' : thinkingDelta(known, SUMMARY_SEPARATOR) };
}

function closeItem(state: State, item: JsonObject): Written {
  const known = blockOf(state, item['id']);
  const signature = item['type'] === 'reasoning' ? toSignature(item) : undefined;
  if (known !== undefined) {
    const closed = closeBlock(state, known);
    return { state: closed.state, text: (signature === undefined ? '' : signatureDelta(known, signature)) + closed.text };
  }
  if (signature === undefined) return { state, text: '' };
  const opened = openBlock(state, undefined, { type: 'redacted_thinking', data: signature });
  const closed = closeBlock(opened.state, state.count);
  return { state: closed.state, text: opened.text + closed.text };
}

function finish(state: State, response: JsonObject): Written {
  const { stopReason, refusal } = toStop(response, objectsIn(response['output']), state.refusal);
  const details = stopReason === 'refusal' ? { stop_details: refusalDetails(refusal ?? null) } : {};
  const last = toEvent('message_delta', {
    delta: { stop_reason: stopReason, stop_sequence: null, ...details },
    usage: toMessagesUsage(toChatUsage(response['usage'])),
  });
  const left = state.open.map(blockStop).join('');
  return { state: { ...state, phase: 'done' }, text: left + last + toEvent('message_stop', {}) };
}
