import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { messagesStream } from './client-stream.ts';
import { shortenToolName } from './client-tools.ts';

interface Event {
  readonly type: string;
  readonly index?: number;
  readonly content_block?: Record<string, JsonValue>;
  readonly delta?: Record<string, JsonValue>;
  readonly usage?: JsonObject;
}

interface Played {
  readonly events: readonly Event[];
  readonly error: string | undefined;
}

function play(chunks: readonly JsonObject[], request: JsonObject = {}): Played {
  const machine = messagesStream(makePlan('hosted_vllm/m', { stream: true }), request);
  let state = machine.start(AMBIENT);
  let text = '';
  for (const chunk of chunks) {
    const step = machine.step(deepFreeze(state), deepFreeze(chunk));
    expect(JSON.parse(JSON.stringify(step.state))).toEqual(step.state);
    state = step.state;
    text += step.out.join('');
  }
  const last = machine.end(state);
  text += last.out.join('');
  const frames = text.split('\n\n').filter((frame) => frame !== '');
  const events = frames.map((frame): Event => {
    const [, name, data = ''] = /^event: (.*)\ndata: (.*)$/u.exec(frame) ?? [];
    const event: Event = JSON.parse(data);
    expect(event.type).toBe(name);
    return event;
  });
  return { events, error: last.error?.kind };
}

function chunk(delta: JsonObject, finishReason: string | null = null, more: JsonObject = {}): JsonObject {
  return { id: 'x', choices: [{ index: 0, delta, finish_reason: finishReason }], ...more };
}

function toolPiece(index: number, text: string, first?: { readonly id?: string; readonly name: string }): JsonObject {
  const call =
    first === undefined
      ? { index, function: { arguments: text } }
      : { index, ...(first.id !== undefined && { id: first.id }), type: 'function', function: { name: first.name, arguments: text } };
  return chunk({ tool_calls: [call] });
}

const STOP = chunk({}, 'stop');
const USAGE: JsonObject = { choices: [], usage: { prompt_tokens: 5, completion_tokens: 2 } };

/** What a client that adds up events has in the end; fails where the events break the API's order. */
function assemble(events: readonly Event[]): { readonly blocks: readonly JsonObject[]; readonly stopReason: JsonValue | undefined } {
  const blocks: Record<string, JsonValue>[] = [];
  let open: number | undefined;
  expect(events[0]?.type).toBe('message_start');
  expect(events.slice(-2).map((event) => event.type)).toEqual(['message_delta', 'message_stop']);
  for (const event of events.slice(1, -2)) {
    if (event.type === 'content_block_start') {
      expect(open).toBeUndefined();
      expect(event.index).toBe(blocks.length);
      open = event.index;
      blocks.push({ ...event.content_block });
      continue;
    }
    expect(event.index).toBe(open);
    if (event.type === 'content_block_stop') open = undefined;
    else grow(blocks[event.index ?? 0] ?? {}, event.delta ?? {});
  }
  expect(open).toBeUndefined();
  return { blocks, stopReason: events.at(-2)?.delta?.['stop_reason'] };
}

function grow(block: Record<string, JsonValue>, delta: Readonly<Record<string, JsonValue>>): void {
  for (const name of ['text', 'thinking', 'signature', 'partial_json']) {
    if (delta[name] !== undefined) block[name] = String(block[name] ?? '') + String(delta[name]);
  }
}

describe('blocks', () => {
  test('text begins with the first text, and usage that comes after the reason is told', () => {
    const { events } = play([chunk({ role: 'assistant', content: '' }), chunk({ content: 'a' }), chunk({ content: 'b' }), STOP, USAGE]);
    expect(events).toEqual([
      {
        type: 'message_start',
        message: {
          id: `msg_${AMBIENT.callId}`,
          type: 'message',
          role: 'assistant',
          content: [],
          model: 'group',
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'b' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { input_tokens: 5, output_tokens: 2 } },
      { type: 'message_stop' },
    ]);
  });

  test('text that comes after the reason has a block of its own, and the first reason stands', () => {
    const { events, error } = play([chunk({ content: 'a' }), STOP, chunk({ content: 'b' }), chunk({ content: 'c' }, 'length'), USAGE]);
    expect(error).toBeUndefined();
    expect(assemble(events)['blocks']).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'bc' },
    ]);
    expect(events.slice(-3)).toMatchObject([
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      { type: 'message_stop' },
    ]);
  });

  test('one chunk may hold thinking, text, calls and the reason', () => {
    const calls = [
      { id: 'a', function: { name: 'f', arguments: '{"x":1}' } },
      { id: 'b', function: { name: 'g', arguments: '{"x":2}' } },
    ];
    const { events } = play([chunk({ reasoning_content: 'r', content: 't', tool_calls: calls }, 'tool_calls')]);
    expect(assemble(events)).toEqual({
      blocks: [
        { type: 'thinking', thinking: 'r', signature: '' },
        { type: 'text', text: 't' },
        { type: 'tool_use', id: 'a', name: 'f', input: {}, partial_json: '{"x":1}' },
        { type: 'tool_use', id: 'b', name: 'g', input: {}, partial_json: '{"x":2}' },
      ],
      stopReason: 'tool_use',
    });
  });

  test('a call tells the signature of the thought behind it', () => {
    const call = {
      index: 0,
      id: 'c',
      type: 'function',
      function: { name: 'f', arguments: '{}' },
      provider_specific_fields: { thought_signature: 's' },
    };
    const { events } = play([chunk({ tool_calls: [call] }), STOP]);
    expect(events[1]?.content_block).toMatchObject({ type: 'tool_use', id: 'c', provider_specific_fields: { signature: 's' } });
  });

  test('thinking is told once, its signature last', () => {
    const block = (thinking: string, signature: string): JsonObject =>
      chunk({ thinking_blocks: [{ type: 'thinking', thinking, signature }], reasoning_content: thinking });
    const { events } = play([block('a', ''), block('b', ''), block('', ''), block('ab', 's'), chunk({ content: 't' }), STOP]);
    expect(assemble(events).blocks).toEqual([
      { type: 'thinking', thinking: 'ab', signature: 's' },
      { type: 'text', text: 't' },
    ]);
    expect(assemble(play([block('whole', 's'), STOP]).events).blocks).toEqual([{ type: 'thinking', thinking: 'whole', signature: 's' }]);
  });

  test('an answer without content has one empty text', () => {
    expect(assemble(play([STOP]).events)).toEqual({ blocks: [{ type: 'text', text: '' }], stopReason: 'end_turn' });
  });

  test('a refusal is text, a reason and an explanation', () => {
    const { events } = play([chunk({ refusal: 'N' }), chunk({ refusal: 'o' }), STOP]);
    expect(assemble(events)).toEqual({ blocks: [{ type: 'text', text: 'No' }], stopReason: 'refusal' });
    expect(events.at(-2)?.delta).toMatchObject({ stop_details: { type: 'refusal', explanation: 'No' } });
  });

  test('nothing follows the end, whatever still comes', () => {
    const { events } = play([
      chunk({ content: 'a' }),
      chunk({}, 'length', { usage: { prompt_tokens: 1, completion_tokens: 1 } }),
      chunk({ content: 'b' }),
      STOP,
      USAGE,
    ]);
    expect(assemble(events)).toEqual({ blocks: [{ type: 'text', text: 'a' }], stopReason: 'max_tokens' });
  });

  test('an input that ends before a reason is cut', () => {
    expect(play([chunk({ content: 'a' })])).toMatchObject({ error: 'stream-cut' });
    expect(play([])).toEqual({ events: [], error: 'stream-cut' });
  });
});

describe('tool calls', () => {
  test.each([
    ['an id and a name in every chunk', [toolPiece(0, '{"x"', { id: 'a', name: 'f' }), toolPiece(0, ':1}', { id: 'a', name: 'f' })], ['a']],
    ['an index that begins at 1', [toolPiece(1, '{"x":1}', { id: 'a', name: 'f' })], ['a']],
    [
      'index 0 for every call',
      [toolPiece(0, '{"x":1}', { id: 'a', name: 'f' }), toolPiece(0, '{"x":1}', { id: 'b', name: 'f' })],
      ['a', 'b'],
    ],
    ['no id', [toolPiece(0, '{"x":1}', { name: 'f' })], [`${AMBIENT.callId.replaceAll('-', '')}0`]],
  ])('with %s', (_, chunks, ids) => {
    expect(assemble(play([...chunks, STOP]).events).blocks).toEqual(
      ids.map((id) => ({ type: 'tool_use', id, name: 'f', input: {}, partial_json: '{"x":1}' })),
    );
  });

  test('a call that takes nothing does not lose what follows it', () => {
    const chunks = [
      toolPiece(0, '', { id: 'a', name: 'f' }),
      chunk({ content: 'mid' }),
      toolPiece(1, '{}', { id: 'b', name: 'g' }),
      chunk({ content: 'end' }),
    ];
    expect(assemble(play([...chunks, STOP]).events).blocks).toMatchObject([
      { id: 'a' },
      { text: 'mid' },
      { id: 'b', partial_json: '{}' },
      { text: 'end' },
    ]);
  });

  test('a long name comes back whole', () => {
    const name = 'n'.repeat(70);
    const { events } = play([toolPiece(0, '{}', { id: 'a', name: shortenToolName(name) }), STOP], { tools: [{ name }] });
    expect(assemble(events).blocks).toMatchObject([{ name }]);
  });

  test('however the arguments of parallel calls are cut and mixed, each block gets its own', () => {
    const value = fc.json({ maxDepth: 2 }).map((text) => `{"v": ${text}}`);
    const setup = fc.array(value, { minLength: 1, maxLength: 4 }).chain((values) =>
      fc.record({
        values: fc.constant(values),
        order: fc.array(fc.tuple(fc.nat(values.length - 1), fc.integer({ min: 1, max: 6 })), { maxLength: 40 }),
      }),
    );
    fc.assert(
      fc.property(setup, ({ values, order }) => {
        const sent = values.map(() => 0);
        const chunks: JsonObject[] = values.map((_, index) => toolPiece(index, '', { id: `id${index}`, name: `f${index}` }));
        const push = (index: number, length: number): void => {
          const from = sent[index] ?? 0;
          const text = (values[index] ?? '').slice(from, from + length);
          sent[index] = from + text.length;
          if (text !== '') chunks.push(toolPiece(index, text));
        };
        for (const [index, length] of order) push(index, length);
        for (const index of values.keys()) push(index, Infinity);
        const { events, error } = play([chunk({ content: 'first' }), ...chunks, chunk({}, 'tool_calls'), USAGE]);
        expect(error).toBeUndefined();
        expect(assemble(events)).toEqual({
          blocks: [
            { type: 'text', text: 'first' },
            ...values.map((text, index) => ({ type: 'tool_use', id: `id${index}`, name: `f${index}`, input: {}, partial_json: text })),
          ],
          stopReason: 'tool_use',
        });
      }),
    );
  });
});
