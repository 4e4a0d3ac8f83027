import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePlan } from '../../test/make-plan.ts';
import { runMachine } from '../../test/run-machine.ts';
import { opaque, type StreamMachine } from '../contract/stream-machine.ts';
import type { SseFrame } from '../framing/sse.ts';
import { anthropicMessagesDialect } from '../formats/anthropic-messages/client-dialect.ts';
import { anthropicMessagesFormat } from '../formats/anthropic-messages/format.ts';
import { openaiChatDialect } from '../formats/openai-chat/dialect.ts';
import { openaiChatFormat } from '../formats/openai-chat/format.ts';
import { pipe } from './pipe.ts';
import { spliceAlike } from './splice-alike.ts';

/** Notes what it reads; `stay` leaves the state, anything else moves it. */
function reader(read: string[]): StreamMachine<{ readonly mark: string }, SseFrame, string> {
  return {
    start: () => ({ mark: 'a' }),
    step: (state, { event, data }) => {
      read.push(data);
      const next = event === 'stay' ? state : { mark: `${state.mark}${event}` };
      return { state: next, out: [`${next.mark}:${data}\n`] };
    },
    end: (state) => ({ state, out: [] }),
  };
}

function frame(text: string, event = 'stay'): SseFrame {
  return { event, data: `{"n":1,"text":${JSON.stringify(text)}}` };
}

test('events like the last one are not read', () => {
  const read: string[] = [];
  const frames = [frame('one'), frame('two'), frame('"three"\n')];
  const { out } = runMachine(opaque(spliceAlike(reader(read))), frames);
  expect(out).toStrictEqual(frames.map(({ data }) => `a:${data}\n`));
  // The first event, and the probe in its place.
  expect(read).toHaveLength(2);
});

test('what was learnt is forgotten when the answer moves on', () => {
  const frames = [frame('one'), frame('two'), frame('', 'b'), frame('three'), frame('four')];
  const { out } = runMachine(opaque(spliceAlike(reader([]))), frames);
  expect(out.map((text) => text.split(':')[0])).toStrictEqual(['a', 'a', 'ab', 'ab', 'ab']);
});

test('events of another name are read', () => {
  const named = (event: string): SseFrame => ({ ...frame(event), event });
  const { out } = runMachine(opaque(spliceAlike(reader([]))), [frame('one'), frame('two'), named('b')]);
  expect(out.at(-1)).toMatch(/^ab:/u);
});

const piece = fc.oneof(fc.string(), fc.constantFrom('"', '\\', '\n', '\u2028', 'é', '😀', ' ', '', 'stagegate\u00a0probe', '"text":"'));
const block = fc.constantFrom('text', 'thinking', 'tool_use');

const messagesEvents = fc
  .array(fc.tuple(block, fc.array(piece, { maxLength: 6 })), { maxLength: 4 })
  .map((blocks) => [
    { type: 'message_start', message: { model: 'm', usage: { input_tokens: 3 } } },
    ...blocks.flatMap(([type, pieces], index) => [
      { type: 'content_block_start', index, content_block: { type, id: 'toolu_1', name: 'f', input: {} } },
      ...pieces.map((text) => ({ type: 'content_block_delta', index, delta: deltaOf(type, text) })),
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } },
    { type: 'message_stop' },
  ]);

function deltaOf(type: string, text: string): object {
  if (type === 'thinking') return { type: 'thinking_delta', thinking: text };
  return type === 'text' ? { type: 'text_delta', text } : { type: 'input_json_delta', partial_json: text };
}

const chatDelta = fc.oneof(
  { weight: 5, arbitrary: piece.map((content) => ({ content })) },
  piece.map((reasoning) => ({ reasoning_content: reasoning })),
  piece.map((text) => ({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: text } }] })),
  fc.constant({ role: 'assistant', content: '' }),
);
const chatEvents = fc
  .array(chatDelta, { maxLength: 12 })
  .map((deltas) => [
    ...deltas.map((delta) => ({ id: 'c', choices: [{ index: 0, delta, finish_reason: null }] })),
    { id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  ]);

describe('through both dialects, spliced events say what read ones say', () => {
  test.each([
    ['chat in front of messages', 'anthropic/claude-sonnet-4-5', openaiChatDialect, anthropicMessagesFormat, messagesEvents],
    ['messages in front of chat', 'groq/llama-3.3-70b-versatile', anthropicMessagesDialect, openaiChatFormat, chatEvents],
  ] as const)('%s', (_name, model, dialect, format, anyEvents) => {
    const plan = makePlan(model, { dialect: dialect.id, stream: true });
    fc.assert(
      fc.property<[readonly object[]]>(anyEvents, (events) => {
        const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`);
        const shown = dialect.stream(plan, {});
        const parts = format.events?.(plan, {});
        if (parts === undefined) throw new Error('the format does not give its events');
        const read = runMachine(pipe(format.stream(plan, {}), shown), text);
        const spliced = runMachine(pipe(parts.frames, spliceAlike(pipe(parts.chunks, shown))), text);
        expect(spliced.error).toStrictEqual(read.error);
        expect(spliced.out.map(valueOf)).toStrictEqual(read.out.map(valueOf));
      }),
      { numRuns: 300 },
    );
  });
});

/** What a text says: an escape may stand for a character or the character itself. */
function valueOf(text: string): unknown {
  return text.split('\n').map((line) => (line.startsWith('data: {') ? (JSON.parse(line.slice(6)) as unknown) : line));
}
