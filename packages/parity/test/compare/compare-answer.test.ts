import type { JsonValue } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { compareAnswer, type AnswerRules } from '../../src/compare/compare-answer.ts';
import type { AnswerRecord } from '../../src/compare/records.ts';

const RULES: AnswerRules = { volatileBody: [], volatileEvents: [], providerCounted: true, showsCost: true, providerMessage: undefined };

const json = (body: JsonValue, status = 200): AnswerRecord => ({ kind: 'json', status, body });
const sse = (...events: readonly (JsonValue | readonly [string, JsonValue])[]): AnswerRecord => ({
  kind: 'stream',
  status: 200,
  text: events
    .map((event) =>
      Array.isArray(event)
        ? `event: ${event[0]}\ndata: ${JSON.stringify(event[1])}\n\n`
        : `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`,
    )
    .join(''),
});

const places = (expected: AnswerRecord, got: AnswerRecord, rules: Partial<AnswerRules> = {}): readonly string[] =>
  compareAnswer(expected, got, { ...RULES, ...rules }).differences.map((difference) => difference.path);

test.each<[string, JsonValue, JsonValue, readonly string[]]>([
  ['null, empty object and absent are the same', { a: 1 }, { a: 1, b: null, c: {}, d: { e: null } }, []],
  ['an empty list is something', { a: 1 }, { a: 1, b: [] }, ['answer.body.b']],
  ['an empty string is something', { a: 1 }, { a: 1, b: '' }, ['answer.body.b']],
  ['elements of lists stay', { a: [null] }, { a: [] }, ['answer.body.a[0]']],
  ['numbers go by value', { a: 1 }, JSON.parse('{"a": 1.0}'), []],
  ['another number', { a: 1 }, { a: 1.5 }, ['answer.body.a']],
  ['a number is not its text', { a: 1 }, { a: '1' }, ['answer.body.a']],
  ['JSON in strings', { a: '{"x":1,"y":[2]}' }, { a: '{ "y": [2], "x": 1 }' }, []],
  ['other JSON in strings', { a: '{"x":1}' }, { a: '{"x":2}' }, ['answer.body.a~.x']],
  ['text that is JSON on one side only', { a: '{"x":1}' }, { a: 'x' }, ['answer.body.a']],
  ['numbers in strings are text', { a: '1' }, { a: '1.0' }, ['answer.body.a']],
])('body: %s', (_, expected, got, paths) => {
  expect(places(json(expected), json(got))).toEqual(paths);
});

const list = (...data: readonly JsonValue[]): AnswerRecord => json({ object: 'list', data });

test('a listing of models is a set, another list is not', () => {
  const [a, b] = [
    { id: 'a', object: 'model' },
    { id: 'b', object: 'model' },
  ];
  expect(places(list(a, b), list(b, a))).toEqual([]);
  expect(places(list(a, b), list(a))).toEqual(['answer.body.data[1]']);
  expect(places(list({ id: 'a' }, b), list(b, { id: 'a' }))).not.toEqual([]);
});

test('status and kind', () => {
  expect(places(json({}), json({}, 201))).toEqual(['answer.status']);
  expect(places(json({}), { kind: 'text', status: 200, text: '{' })).toEqual(['answer']);
  expect(places(json({ a: 1 }), json({ b: 1 }, 500))).toEqual(['answer.status', 'answer']);
  expect(places({ kind: 'bytes', status: 200, base64: 'AA==' }, { kind: 'bytes', status: 200, base64: 'AB==' })).toEqual(['answer.bytes']);
});

test.each<[string, JsonValue, JsonValue, readonly string[]]>([
  ['another id of the same kind', { id: 'chatcmpl-1' }, { id: 'chatcmpl-2' }, []],
  ['another prefix', { id: 'chatcmpl-1' }, { id: 'resp_1' }, ['answer.body.id']],
  ['another type', { id: 1 }, { id: 'a-1' }, ['answer.body.id']],
  ['missing on ours', { id: 'a-1' }, {}, ['answer.body.id']],
  ['missing on theirs', {}, { id: 'a-1' }, ['answer.body.id']],
  ['a bare UUID has no prefix', { id: '0a1b2c3d-0000-4000-8000-000000000000' }, { id: 'ffffffff-0000-4000-8000-000000000000' }, []],
])('volatile: %s', (_, expected, got, paths) => {
  expect(places(json(expected), json(got), { volatileBody: ['id'] })).toEqual(paths);
});

const calls = (id: string): AnswerRecord => json({ choices: [{ calls: [{ id: 'kept' }, { id }] }] });

test('volatile paths reach into lists', () => {
  expect(places(calls('call_1'), calls('call_2'), { volatileBody: ['choices[0].calls[1].id'] })).toEqual([]);
  expect(places(calls('call_1'), calls('call_2'), { volatileBody: ['choices[0].calls[0].id'] })).toEqual([
    'answer.body.choices[0].calls[1].id',
  ]);
});

test('usage counts where the provider counted, its cost where it is shown', () => {
  const [left, right] = [json({ usage: { total_tokens: 1, cost: 1 } }), json({ usage: { total_tokens: 2, cost: 2 } })];
  expect(places(left, right)).toEqual(['answer.body.usage.total_tokens', 'answer.body.usage.cost']);
  expect(places(left, right, { showsCost: false })).toEqual(['answer.body.usage.total_tokens']);
  expect(places(left, right, { providerCounted: false })).toEqual([]);
});

const chunk = (delta: JsonValue, more: object = {}, choice: object = {}): JsonValue => ({
  id: 'chatcmpl-1',
  choices: [{ index: 0, delta, ...choice }],
  ...more,
});

test.each<[string, AnswerRecord, AnswerRecord, readonly string[], boolean]>([
  ['the same events', sse(chunk({ content: 'ab' }), '[DONE]'), sse(chunk({ content: 'ab' }), '[DONE]'), [], true],
  [
    'deltas cut elsewhere',
    sse(chunk({ content: 'ab' }), chunk({ content: 'c' })),
    sse(chunk({ content: 'a' }), chunk({ content: 'bc' })),
    [],
    false,
  ],
  [
    'the role may come with the first text',
    sse(chunk({ role: 'assistant', content: 'ab' })),
    sse(chunk({ role: 'assistant', content: '' }), chunk({ content: 'ab' })),
    [],
    false,
  ],
  ['other text', sse(chunk({ content: 'ab' })), sse(chunk({ content: 'ac' })), ['answer.events[0].data.choices[0].delta.content'], false],
  [
    'another kind is another event',
    sse(chunk({ content: 'a' }), chunk({ reasoning_content: 'b' })),
    sse(chunk({ content: 'a' }), chunk({ content: 'b' })),
    ['answer.events[0].data.choices[0].delta.content', 'answer.events[1]'],
    false,
  ],
  [
    'tool arguments',
    sse(
      chunk({ tool_calls: [{ index: 0, id: 'x', function: { name: 'f', arguments: '' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] }),
    ),
    sse(
      chunk({ tool_calls: [{ index: 0, id: 'x', function: { name: 'f', arguments: '{"a' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '": 1}' } }] }),
    ),
    [],
    false,
  ],
  [
    'a finish is no delta',
    sse(chunk({ content: 'a' }), chunk({}, {}, { finish_reason: 'stop' })),
    sse(chunk({ content: 'a' }, {}, { finish_reason: 'stop' })),
    ['answer.events[0].data.choices[0].finish_reason', 'answer.events[1]'],
    false,
  ],
  ['a missing [DONE]', sse(chunk({ content: 'a' }), '[DONE]'), sse(chunk({ content: 'a' })), ['answer.events[1]'], false],
  ['an event too many', sse('[DONE]'), sse(chunk({ content: 'a' }), '[DONE]'), ['answer.events[0].data', 'answer.events[1]'], false],
  ['event names', sse(['ping', { type: 'ping' }]), sse({ type: 'ping' }), ['answer.events[0].event'], false],
])('stream: %s', (_, expected, got, paths, exact) => {
  const compared = compareAnswer(expected, got, RULES);
  expect(compared.differences.map((difference) => difference.path)).toEqual(paths);
  expect(compared.exact).toBe(exact);
});

const toolDelta = (index: number, id: string, text: string): JsonValue =>
  chunk({ tool_calls: [{ index, id, function: { arguments: text } }] });

test('stream: tool calls of another index or id stay apart', () => {
  expect(places(sse(toolDelta(0, 'a', 'x'), toolDelta(1, 'b', 'y')), sse(toolDelta(0, 'a', 'xy')))).not.toEqual([]);
  expect(places(sse(toolDelta(0, 'a', 'x'), toolDelta(0, 'b', 'y')), sse(toolDelta(0, 'a', 'xy')))).not.toEqual([]);
});

const blockDelta = (index: number, text: string): readonly [string, JsonValue] => [
  'content_block_delta',
  { type: 'content_block_delta', index, delta: { type: 'text_delta', text } },
];

test('stream: block deltas of one index merge, of two do not', () => {
  expect(places(sse(blockDelta(0, 'ab')), sse(blockDelta(0, 'a'), blockDelta(0, 'b')))).toEqual([]);
  expect(places(sse(blockDelta(0, 'ab')), sse(blockDelta(0, 'a'), blockDelta(1, 'b')))).not.toEqual([]);
});

test('stream: volatile ids in every event', () => {
  const rules = { volatileEvents: ['[*].id'] };
  expect(places(sse({ id: 'a-1' }, { id: 'a-2' }), sse({ id: 'a-3' }, { id: 'a-4' }), rules)).toEqual([]);
  expect(places(sse({ id: 'a-1' }, { id: 'a-2' }), sse({ id: 'a-3' }, { id: 'b-4' }), rules)).toEqual(['answer.events[1].data.id']);
});

test.each([
  ['without choices', []],
  ['with a choice that says nothing', [{ index: 0, delta: {}, finish_reason: null }]],
])('stream: a chunk for usage alone, %s, is nothing where the provider did not count', (_, choices) => {
  const usage = { choices, usage: { total_tokens: 1 } };
  expect(places(sse(chunk({ content: 'a' }), usage), sse(chunk({ content: 'a' })), { providerCounted: false })).toEqual([]);
  expect(places(sse(chunk({ content: 'a' }), usage), sse(chunk({ content: 'a' })))).toEqual(['answer.events[1]']);
});

const failure = (changes: Readonly<Record<string, JsonValue>> = {}, status = 400): AnswerRecord =>
  json({ error: { message: 'ours: too hot, sorry', type: 't', param: null, code: '400', ...changes } }, status);

test.each<[string, AnswerRecord, string | undefined, readonly string[]]>([
  ['other words around the provider’s', failure({ message: 'theirs: too hot' }), 'too hot', []],
  ['the provider’s words are missing', failure({ message: 'no' }), 'too hot', ['answer.body.error.message']],
  ['no words at all', failure({ message: '' }), undefined, ['answer.body.error.message']],
  ['type', failure({ type: 'u' }), undefined, ['answer.body.error.type']],
  ['code', failure({ code: 400 }), undefined, ['answer.body.error.code']],
  ['param', failure({ param: 'x' }), undefined, ['answer.body.error.param']],
  ['status', failure({}, 500), undefined, ['answer.status']],
  ['another envelope', json({ type: 'error', error: { message: 'x', type: 't', code: '400' } }, 400), undefined, ['answer.body']],
  ['no envelope', json({ oops: true }, 400), undefined, ['answer.body']],
  ['more members', failure({ provider_specific_fields: { a: 1 } }), undefined, []],
])('error: %s', (_, got, providerMessage, paths) => {
  expect(places(failure(), got, { providerMessage })).toEqual(paths);
});

test('error: a bare detail needs a bare detail', () => {
  expect(places(json({ detail: 'x' }, 404), json({ detail: 'y' }, 404))).toEqual([]);
  expect(places(json({ detail: 'x' }, 404), failure({}, 404))).toEqual(['answer.body']);
});

const errorEvent = (code: string): JsonValue => ({ error: { message: 'too hot', type: 't', code } });

test('error: as the last event of a stream', () => {
  expect(
    places(sse(chunk({ content: 'a' }), errorEvent('500')), sse(chunk({ content: 'a' }), errorEvent('500')), { providerMessage: 'hot' }),
  ).toEqual([]);
  expect(places(sse(errorEvent('500')), sse(errorEvent('502')))).toEqual(['answer.events[0].data.error.code']);
});
