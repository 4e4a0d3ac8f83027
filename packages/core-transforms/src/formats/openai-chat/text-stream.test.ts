import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AMBIENT, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { OpaqueMachine } from '../../contract/stream-machine.ts';
import type { TransformError } from '../../errors/transform-error.ts';
import { openaiChatDialect } from './dialect.ts';
import { openaiChatFormat } from './format.ts';
import { nativeTextStream } from './text-stream.ts';

interface Played {
  readonly text: string;
  readonly error: TransformError | undefined;
}

function play<Out>(machine: OpaqueMachine<string, Out>, pieces: readonly string[]): { out: Out[]; error: TransformError | undefined } {
  let state = machine.start(AMBIENT);
  const out: Out[] = [];
  for (const piece of pieces) {
    const step = machine.step(state, piece);
    out.push(...step.out);
    if (step.error !== undefined) return { out, error: step.error };
    state = step.state;
  }
  const last = machine.end(state);
  return { out: [...out, ...last.out], error: last.error };
}

function native(pieces: readonly string[], request: JsonObject = {}, model = 'openai/gpt-4o'): Played {
  const { out, error } = play(nativeTextStream(makePlan(model, { stream: true }), request), pieces);
  return { text: out.join(''), error };
}

/** The data of events, parsed; `[DONE]` as it is. Throws for a malformed one. */
function dataOf(text: string): unknown[] {
  if (text === '') return [];
  expect(text.endsWith('\n\n')).toBe(true);
  return text
    .slice(0, -2)
    .split('\n\n')
    .map((frame) => {
      expect(frame).toMatch(/^data: [^\n]+$/u);
      const data = frame.slice(6);
      return data === '[DONE]' ? data : JSON.parse(data);
    });
}

function frames(...data: readonly (JsonObject | string)[]): string {
  return data.map((item) => `data: ${typeof item === 'string' ? item : JSON.stringify(item)}\n\n`).join('');
}

function chunk(delta: JsonObject, finish: string | null = null, more: JsonObject = {}): JsonObject {
  return {
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 5,
    model: 'm',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...more,
  };
}

const USAGE = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
const ROLE = chunk({ role: 'assistant', content: '' });
const STOP = chunk({}, 'stop');

const DELTAS: readonly [string, JsonObject[], JsonObject[]][] = [
  ['role once, text as it comes', [ROLE, chunk({ content: 'a' })], [{ role: 'assistant', content: '' }, { content: 'a' }]],
  ['a role that is missing is added', [chunk({ content: 'a' })], [{ role: 'assistant', content: 'a' }]],
  [
    'a role that is repeated is dropped',
    [ROLE, chunk({ role: 'assistant', content: 'a' })],
    [{ role: 'assistant', content: '' }, { content: 'a' }],
  ],
  ['what says nothing is dropped', [chunk({}), chunk({ content: '' }), chunk({ content: 'a' })], [{ role: 'assistant', content: 'a' }]],
  ['members unknown to OpenAI are dropped', [chunk({ content: 'a', baz: 1 }, null, { foo: 1 })], [{ role: 'assistant', content: 'a' }]],
  ['reasoning has one name', [ROLE, chunk({ reasoning: 'r' })], [{ role: 'assistant', content: '' }, { reasoning_content: 'r' }]],
  [
    'calls get a type and arguments, whole ones an index',
    [
      chunk({
        tool_calls: [
          { id: 'x', function: {} },
          { id: 'y', function: {} },
        ],
      }),
    ],
    [
      {
        role: 'assistant',
        tool_calls: [
          { id: 'x', function: { arguments: '' }, index: 0, type: 'function' },
          { id: 'y', function: { arguments: '' }, index: 1, type: 'function' },
        ],
      },
    ],
  ],
  ['images are shown', [ROLE, chunk({ images: [{ x: 1 }] })], [{ role: 'assistant', content: '' }, { images: [{ x: 1 }] }]],
];

test.each(DELTAS)('%s', (_name, given, expected) => {
  const { text, error } = native([frames(...given, STOP, '[DONE]')]);
  expect(error).toBeUndefined();
  const data = dataOf(text);
  expect(data.slice(0, -2)).toMatchObject(expected.map((delta) => ({ model: 'group', choices: [{ index: 0, delta }] })));
  expect(data.at(-2)).toMatchObject({ choices: [{ delta: {}, finish_reason: 'stop' }] });
  expect(data.at(-1)).toBe('[DONE]');
});

const FOO = { foo: { bar: 1 } };

test.each([
  ['a fingerprint', 'openai/gpt-4o', chunk({ content: 'a' }, null, { ...FOO, system_fingerprint: 'fp' }), FOO],
  ['a call', 'openai/gpt-4o', chunk({ tool_calls: [{ index: 0, id: 'x', function: { name: 'f' } }] }, null, FOO), FOO],
  ['text alone', 'openai/gpt-4o', chunk({ content: 'a' }, null, FOO), {}],
  ['padding', 'openai/gpt-4o', chunk({ content: 'a' }, null, { obfuscation: 'xy', system_fingerprint: 'fp' }), {}],
  ['a fingerprint that is lost', 'deepseek/deepseek-chat', chunk({ content: 'a' }, null, { ...FOO, system_fingerprint: 'fp' }), {}],
])('members unknown to OpenAI, beside %s', (_name, model, given, kept) => {
  const { text } = native([frames(ROLE, given, { ...STOP, ...FOO }, '[DONE]')], {}, model);
  const [, said, stop] = dataOf(text);
  const known = { id: 'c1', object: 'chat.completion.chunk', created: 5, model: 'group' };
  const { system_fingerprint: _fingerprint, choices: _choices, ...rest } = said as JsonObject;
  expect(rest).toStrictEqual({ ...known, ...kept });
  const isKept = model.startsWith('openai/') && 'system_fingerprint' in given;
  expect((stop as JsonObject)['foo']).toStrictEqual(isKept ? FOO.foo : undefined);
});

test('a finish beside text waits for a chunk of its own; a second one is dropped', () => {
  const { text } = native([frames(chunk({ content: 'a' }, 'length'), STOP, '[DONE]')]);
  const choices = dataOf(text).map((item) => (typeof item === 'object' && item !== null && 'choices' in item ? item.choices : item));
  expect(choices).toStrictEqual([
    [{ index: 0, delta: { role: 'assistant', content: 'a' } }],
    [{ index: 0, delta: {}, finish_reason: 'stop' }],
    '[DONE]',
  ]);
});

test('usage is shown to who asked for it, after the finish', () => {
  const given = frames(ROLE, chunk({ content: 'a' }), STOP, { ...STOP, choices: [], usage: USAGE }, '[DONE]');
  expect(native([given]).text).not.toContain('usage');
  const shown = dataOf(native([given], { stream_options: { include_usage: true } }).text);
  expect(shown.at(-2)).toMatchObject({
    choices: [{ index: 0, delta: {} }],
    usage: { ...USAGE, completion_tokens_details: { reasoning_tokens: 0, text_tokens: 4 } },
  });
});

test('a clean end after the finish is completed, one before it is a cut', () => {
  expect(native([frames(ROLE, STOP)])).toMatchObject({ error: undefined, text: expect.stringMatching(/\[DONE\]\n\n$/u) });
  for (const cut of [frames(), frames(ROLE), frames(ROLE, chunk({ content: 'a' })), frames(ROLE, '[DONE]')]) {
    const { text, error } = native([cut]);
    expect(error).toMatchObject({ kind: 'stream-cut' });
    expect(text).not.toContain('[DONE]');
    expect(text).not.toContain('finish_reason');
  }
});

test('every choice that began has to end', () => {
  const second = { ...chunk({ content: 'b' }), choices: [{ index: 1, delta: { content: 'b' } }] };
  expect(native([frames(ROLE, second, STOP, '[DONE]')]).error).toMatchObject({ kind: 'stream-cut' });
  const ended = { ...second, choices: [{ index: 1, delta: {}, finish_reason: 'stop' }] };
  expect(native([frames(ROLE, second, STOP, ended, '[DONE]')]).error).toBeUndefined();
});

test.each([
  ['in the first event, nothing before it', [], ''],
  ['later, what came before stays', [ROLE], 'role'],
])('an error %s', (_name, before, shown) => {
  for (const event of [{ error: { message: 'Down.' } }, { object: 'error', message: 'Down.' }]) {
    const { text, error } = native([frames(...before, event, STOP, '[DONE]')]);
    expect(error).toMatchObject({ kind: 'upstream-refused', status: 500, message: 'Down.' });
    expect(text.includes(shown)).toBe(true);
    if (shown === '') expect(text).toBe('');
  }
});

test('an event named error is one; an event that is no JSON is unusable; events after the end are nothing', () => {
  expect(native(['event: error\ndata: {"message":"Down."}\n\n']).error).toMatchObject({ kind: 'upstream-refused', message: 'Down.' });
  expect(native([frames(ROLE, '{"id":')]).error).toMatchObject({ kind: 'bad-upstream' });
  expect(native([frames(ROLE, STOP, '[DONE]', chunk({ content: 'late' }), '{')])).toMatchObject({ error: undefined });
  expect(native([frames(ROLE, STOP, '[DONE]', chunk({ content: 'late' }), '[DONE]')]).text).not.toContain('late');
});

test('one JSON object instead of a stream becomes one', () => {
  const choice = { index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'length' };
  const whole = JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices: [choice], usage: USAGE });
  const { text, error } = native([whole.slice(0, 9), whole.slice(9)], { stream_options: { include_usage: true } });
  expect(error).toBeUndefined();
  expect(dataOf(text)).toMatchObject([
    { id: 'x', choices: [{ delta: { role: 'assistant', content: 'hi' } }] },
    { choices: [{ delta: {}, finish_reason: 'length' }] },
    { usage: USAGE },
    '[DONE]',
  ]);
  expect(native(['{"error":{"message":"Down."}}']).error).toMatchObject({ kind: 'upstream-refused' });
});

const piece = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '"', '\\', '\\"', '"content":"', '\n', '\u2028', '</script>', '🌍'),
);
const delta = fc.oneof(
  fc.record({ content: piece }),
  fc.record({ reasoning_content: piece }),
  fc.record({ tool_calls: fc.tuple(fc.record({ index: fc.constantFrom(0, 1), function: fc.record({ arguments: piece }) })) }),
  fc.record({ content: fc.oneof(piece, fc.jsonValue()), role: fc.jsonValue(), tool_calls: fc.jsonValue() }, { requiredKeys: [] }),
);
const finish = fc.constantFrom(null, null, null, null, 'stop', 'tool_calls', 'odd', '');
const padding = fc.option(fc.stringMatching(/^[A-Za-z0-9]{0,8}$/u), { nil: undefined });
const spoken = fc
  .tuple(delta, finish, fc.constantFrom(0, 0, 0, 1), padding)
  .map(([said, reason, index, obfuscation]) =>
    JSON.stringify({ ...chunk({}), choices: [{ index, delta: said, finish_reason: reason }], usage: null, obfuscation }),
  );
const odd = fc.oneof(
  fc.constantFrom(
    '[DONE]',
    '',
    'null',
    '[]',
    '{}',
    '{"error":{"message":"x"}}',
    '{"choices":[]}',
    '{"choices":[],"usage":{"prompt_tokens":1}}',
  ),
  fc.json(),
  fc.string(),
);
const event = fc.oneof({ weight: 9, arbitrary: spoken }, { weight: 1, arbitrary: odd });
const streamText = fc
  .tuple(fc.array(event, { maxLength: 24 }), fc.constantFrom('\n\n', '\r\n\r\n', '\n: comment\n\n'), fc.boolean())
  .map(([events, end, whole]) => {
    const text = events.map((data) => `data: ${data.replaceAll(/[\r\n]/gu, ' ')}${end}`).join('');
    return whole ? `${text}data: ${JSON.stringify(STOP)}${end}data: [DONE]${end}` : text;
  });

test('whatever comes: well-formed events, and one end', () => {
  fc.assert(
    fc.property(streamText, fc.boolean(), (text, asks) => {
      const played = native([text], asks ? { stream_options: { include_usage: true } } : {});
      const data = dataOf(played.text);
      const dones = data.filter((item) => item === '[DONE]').length;
      expect(dones).toBe(played.error === undefined ? 1 : 0);
      if (dones === 1) expect(data.at(-1)).toBe('[DONE]');
    }),
    { numRuns: 1000 },
  );
});

test('however the text is cut', () => {
  fc.assert(
    fc.property(streamText, fc.array(fc.nat(60)), (text, lengths) => {
      const whole = native([text]);
      const pieces: string[] = [];
      let from = 0;
      for (const length of lengths) {
        pieces.push(text.slice(from, from + length));
        from += length;
      }
      expect(native([...pieces, text.slice(Math.min(from, text.length))])).toStrictEqual(whole);
      expect(native(Array.from(text, (character) => character))).toStrictEqual(whole);
    }),
    { numRuns: 300 },
  );
});

test('spliced events say what read ones say', () => {
  fc.assert(
    fc.property(streamText, (text) => {
      const plan = makePlan('openai/gpt-4o', { stream: true });
      const read = play(openaiChatFormat.stream(plan, {}), [text]);
      const spliced = native([text], { stream_options: { include_usage: true } });
      expect(spliced.error).toStrictEqual(read.error);
      expect(dataOf(spliced.text).filter((item) => item !== '[DONE]')).toStrictEqual(JSON.parse(JSON.stringify(read.out)));
    }),
    { numRuns: 1000 },
  );
});

test('chunks through the dialect say what native text says', () => {
  fc.assert(
    fc.property(streamText, (text) => {
      const plan = makePlan('openai/gpt-4o', { stream: true });
      const chunks = play(openaiChatFormat.stream(plan, {}), [text]);
      if (chunks.error !== undefined) return;
      const machine = openaiChatDialect.stream(plan, {});
      let state = machine.start(AMBIENT);
      let shown = '';
      for (const item of chunks.out) {
        const step = machine.step(state, item);
        shown += step.out.join('');
        state = step.state;
      }
      shown += machine.end(state).out.join('');
      expect(dataOf(shown)).toStrictEqual(dataOf(native([text]).text));
    }),
    { numRuns: 300 },
  );
});

const THOUGHT = [ROLE, chunk({ reasoning_content: 'well ' }), chunk({ reasoning_content: 'I see.' }), chunk({ content: 'b' }), STOP];

test.each<[string, JsonObject, JsonObject]>([
  ['is estimated', {}, { reasoning_tokens: 3, text_tokens: 4 }],
  ['stays what the provider counted', { reasoning_tokens: 0 }, { reasoning_tokens: 0 }],
  ['is told beside what else it counted', { audio_tokens: 1 }, { audio_tokens: 1, reasoning_tokens: 3, text_tokens: 4 }],
])('the reasoning of a stream %s', (_name, details, expected) => {
  const usage = { prompt_tokens: 1, completion_tokens: 7, total_tokens: 8, completion_tokens_details: details };
  const text = frames(...THOUGHT, { ...STOP, choices: [], usage }, '[DONE]');
  const shown = dataOf(native([text], { stream_options: { include_usage: true } }, 'hosted_vllm/m').text);
  expect(shown.at(-2)).toHaveProperty('usage.completion_tokens_details', expected);
});

test('reasoning is handed on under its usual name, whoever says it', () => {
  expect(native([frames(...THOUGHT, '[DONE]')], {}, 'openrouter/a/b').text).toContain('"reasoning_content":"well "');
});
