import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { responsesStream } from './client-stream.ts';

const PLAN = makePlan('anthropic/claude-sonnet-4-5', { dialect: 'openai-responses', stream: true });
const { callId } = AMBIENT;

interface Played {
  readonly events: readonly JsonObject[];
  readonly error: string | undefined;
}

function play(chunks: readonly JsonObject[], request: JsonObject = {}): Played {
  const machine = responsesStream(PLAN, deepFreeze(request));
  let state: unknown = machine.start(AMBIENT);
  let text = '';
  for (const chunk of chunks) {
    const step = machine.step(deepFreeze(state), deepFreeze(chunk));
    state = JSON.parse(JSON.stringify(step.state));
    text += step.out.join('');
  }
  const last = machine.end(state);
  const frames = (text + last.out.join('')).split('\n\n').filter((frame) => frame !== '');
  for (const frame of frames) expect(frame).toMatch(/^data: [^\n]+$/u);
  const done = frames.indexOf('data: [DONE]');
  if (done !== -1) expect(done).toBe(frames.length - 1);
  const events = frames.filter((_, at) => at !== done).map((frame): JsonObject => JSON.parse(frame.slice('data: '.length)));
  return { events, error: last.error?.kind };
}

function chunk(delta: JsonObject, finishReason: string | null = null, more: JsonObject = {}): JsonObject {
  return { id: 'chatcmpl-1', created: 5, choices: [{ index: 0, delta, finish_reason: finishReason }], ...more };
}

const STOP = chunk({}, 'stop');
const USAGE: JsonObject = { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } };

const typesOf = ({ events }: Played): readonly JsonValue[] => events.map(({ type }) => String(type).replace(/^response\./u, ''));
const responseOf = ({ events }: Played): JsonObject => {
  const { response } = events.at(-1) ?? {};
  return isObject(response) ? response : {};
};
const callPiece = (index: number, args: string, first?: JsonObject): JsonObject =>
  chunk({
    tool_calls: [
      {
        index,
        ...(first !== undefined && { id: first['id'] }),
        function: { ...(first !== undefined && { name: first['name'] }), arguments: args },
      },
    ],
  });

describe('events', () => {
  test('of text', () => {
    const played = play([chunk({ role: 'assistant', content: '' }), chunk({ content: 'a' }), chunk({ content: 'b' }), STOP, USAGE]);
    expect(typesOf(played)).toStrictEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    expect(played.events.every(({ model }) => model === 'group')).toBe(true);
    expect(played.events[0]).toMatchObject({ response: { id: 'resp_chatcmpl-1', status: 'in_progress', created_at: 5, output: [] } });
    expect(responseOf(played)).toMatchObject({
      id: 'resp_chatcmpl-1',
      status: 'completed',
      output: [{ type: 'message', id: `msg_${callId}`, content: [{ type: 'output_text', text: 'ab', annotations: [] }] }],
      usage: { input_tokens: 3, output_tokens: 4, output_tokens_details: { reasoning_tokens: 0, text_tokens: 4 }, total_tokens: 7 },
    });
  });

  test('of reasoning, which ends where the text begins', () => {
    const played = play([chunk({ reasoning_content: 'r1 ' }), chunk({ reasoning_content: 'r2' }), chunk({ content: 'a' }), STOP, USAGE]);
    expect(typesOf(played).slice(2, 9)).toStrictEqual([
      'output_item.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
    ]);
    expect(responseOf(played)['output']).toMatchObject([{ type: 'reasoning', content: [{ text: 'r1 r2' }] }, { type: 'message' }]);
    expect(responseOf(played)['usage']).toMatchObject({ output_tokens_details: { reasoning_tokens: 4, text_tokens: 0 } });
  });

  test('of calls whose arguments interleave: each keeps its own, in small pieces', () => {
    const [first, second] = [
      { id: 'call_1', name: 'f' },
      { id: 'call_2', name: 'g' },
    ];
    const played = play([
      callPiece(0, '', first),
      callPiece(1, '', second),
      callPiece(0, '{"x":"0123456789"}'),
      callPiece(1, '{}'),
      chunk({}, 'tool_calls'),
      USAGE,
    ]);
    const deltas = played.events.filter(({ type }) => type === 'response.function_call_arguments.delta');
    expect(deltas.map(({ delta, item_id: id }) => [id, delta])).toStrictEqual([
      ['fc_call_1', '{"x":"0123'],
      ['fc_call_1', '456789"}'],
      ['fc_call_2', '{}'],
    ]);
    expect(responseOf(played)['output']).toMatchObject([
      { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{"x":"0123456789"}' },
      { type: 'function_call', call_id: 'call_2', name: 'g', arguments: '{}' },
    ]);
    expect(responseOf(played)['usage']).not.toHaveProperty('output_tokens_details');
  });

  test('of a call without arguments: they are an empty object', () => {
    const played = play([callPiece(0, '', { id: 'call_1', name: 'f' }), chunk({}, 'tool_calls')]);
    const pieces = played.events.filter(({ type }) => String(type).startsWith('response.function_call_arguments.'));
    expect(pieces.map(({ delta, arguments: args }) => delta ?? args)).toStrictEqual(['{}', '{}']);
    expect(responseOf(played)['output']).toMatchObject([{ type: 'function_call', arguments: '{}' }]);
  });

  test('of one chunk that holds everything', () => {
    const call = { index: 0, id: 'call_1', function: { name: 'f', arguments: '{}' }, provider_specific_fields: { thought_signature: 's' } };
    const played = play([chunk({ reasoning_content: 'r', content: 'a', tool_calls: [call] }, 'tool_calls')]);
    expect(responseOf(played)['output']).toMatchObject([
      { type: 'reasoning' },
      { type: 'message', content: [{ text: 'a' }] },
      { type: 'function_call', provider_specific_fields: { thought_signature: 's' } },
    ]);
  });

  test('of citations', () => {
    const citation = { start_index: 0, end_index: 1, url: 'https://a.test', title: 't' };
    const played = play([chunk({ content: 'a' }), chunk({ annotations: [{ type: 'url_citation', url_citation: citation }] }), STOP]);
    const added = played.events.find(({ type }) => type === 'response.output_text.annotation.added');
    expect(added).toMatchObject({ annotation_index: 0, annotation: { type: 'url_citation', ...citation } });
    expect(responseOf(played)['output']).toMatchObject([{ content: [{ annotations: [{ url: 'https://a.test' }] }] }]);
  });

  test('thinking that its provider can check travels in the reasoning', () => {
    const blocks = [
      chunk({ reasoning_content: 'r', thinking_blocks: [{ type: 'thinking', thinking: 'r' }] }),
      chunk({ thinking_blocks: [{ type: 'thinking', thinking: '', signature: 's' }] }),
    ];
    const played = play([...blocks, chunk({ content: 'a' }), STOP]);
    const [thought] = objectsIn(responseOf(played)['output']);
    expect(JSON.parse(String(thought?.['encrypted_content']))).toStrictEqual([{ type: 'thinking', thinking: 'r', signature: 's' }]);
  });

  test('of an answer that says nothing', () => {
    expect(responseOf(play([STOP]))['output']).toMatchObject([{ type: 'message', content: [{ text: '' }] }]);
  });

  test('a cut answer is incomplete', () => {
    const played = play([chunk({ content: 'a' }), chunk({}, 'length')]);
    expect(typesOf(played).at(-1)).toBe('incomplete');
    expect(responseOf(played)).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });

  test('without a reason it is none', () => {
    expect(play([chunk({ content: 'a' })]).error).toBe('stream-cut');
    expect(play([]).error).toBe('stream-cut');
  });

  test('custom tools keep their kind', () => {
    const played = play([callPiece(0, '{"content":"x"}', { id: 'call_1', name: 'c' }), chunk({}, 'tool_calls')], {
      tools: [{ type: 'custom', name: 'c' }],
    });
    expect(responseOf(played)['output']).toMatchObject([{ type: 'custom_tool_call', name: 'c', input: 'x' }]);
  });
});

test('an error ends it with the response as failed', () => {
  const machine = responsesStream(PLAN, {});
  const { state } = machine.step(machine.start(AMBIENT), chunk({ content: 'a' }));
  const [event = ''] = machine.fail?.(state, { status: 429, type: 'throttling_error', code: '429', param: null, message: 'slow' }) ?? [];
  expect(event).toMatch(/^event: response\.failed\n/u);
  expect(JSON.parse(event.split('data: ')[1] ?? '')).toMatchObject({
    type: 'response.failed',
    response: { id: 'resp_chatcmpl-1', status: 'failed', error: { code: 'rate_limit_exceeded', message: 'slow' } },
  });
});

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const anyDelta = fc.record(
  {
    role: fc.constant('assistant'),
    content: fc.oneof(text, fc.constant(null)),
    reasoning_content: text,
    tool_calls: fc.array(
      fc.record(
        {
          index: fc.nat({ max: 2 }),
          id: fc.constantFrom('c1', 'c2', ''),
          function: fc.record({ name: text, arguments: text }, { requiredKeys: [] }),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 2 },
    ),
    annotations: fc.array(fc.constant({ type: 'url_citation', url_citation: { url: 'u' } }), { maxLength: 1 }),
    thinking_blocks: fc.array(fc.record({ type: fc.constantFrom('thinking', 'redacted_thinking'), signature: text, data: text }), {
      maxLength: 1,
    }),
    provider_specific_fields: fc.dictionary(text, fc.jsonValue(), { maxKeys: 1 }),
  },
  { requiredKeys: [] },
);
const anyChunk = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(anyDelta, fc.constantFrom(null, null, null, 'stop', 'length'))
      .map(([delta, reason]) => chunk({ ...delta }, reason)),
  },
  fc.constantFrom(USAGE, {}),
  fc
    .dictionary(fc.constantFrom('id', 'created', 'choices', 'usage'), fc.jsonValue())
    .map((given): JsonObject => JSON.parse(JSON.stringify(given))),
);

test('what the provider counted is told with the end, also what this API has no member for', () => {
  const machine = responsesStream(PLAN, {});
  const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, server_tool_use: { web_search_requests: 2 } };
  let state = machine.start(AMBIENT);
  const told = [chunk({ content: 'a' }), STOP, { choices: [], usage }].map((given) => {
    const step = machine.step(state, given);
    state = step.state;
    return step.usage;
  });
  expect(told).toMatchObject([undefined, undefined, usage]);
});

test('whatever comes: no throw, one end, every item opened and closed once', () => {
  fc.assert(
    fc.property(fc.array(anyChunk, { maxLength: 10 }), (chunks) => {
      const { events, error } = play(chunks);
      const ends = events.filter(({ type }) => type === 'response.completed' || type === 'response.incomplete');
      expect(ends.length + (error === undefined ? 0 : 1)).toBe(1);
      if (error !== undefined) return;
      expect(events.at(-1)).toBe(ends[0]);
      const indexes = (type: string): readonly JsonValue[] =>
        events.filter((event) => event['type'] === type).map((event) => event['output_index'] ?? null);
      const added = indexes('response.output_item.added');
      expect(new Set(added).size).toBe(added.length);
      expect(indexes('response.output_item.done').toSorted()).toStrictEqual([...added].toSorted());
    }),
    { numRuns: 400 },
  );
});
