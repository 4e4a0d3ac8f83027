import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AMBIENT, makePlan } from '../../../test/make-plan.ts';
import { runMachine } from '../../../test/run-machine.ts';
import type { JsonObject } from '../../contract/json.ts';
import { ollamaChatFormat, ollamaGenerateFormat } from './format.ts';

const chatPlan = makePlan('ollama_chat/llama', { stream: true });
const generatePlan = makePlan('ollama/llama', { stream: true });
const COUNTS = { prompt_eval_count: 2, eval_count: 3 };
const CALL = { function: { name: 'f', arguments: { a: 'é' } } };
const FUNCTIONS = { tools: [{ type: 'function', function: { name: 'f' } }] };

const WHOLE: readonly [string, 'chat' | 'generate', unknown, object][] = [
  ['text', 'chat', { message: { content: 'a' }, done_reason: 'length', ...COUNTS }, { message: { content: 'a' }, finish_reason: 'length' }],
  ['thinking', 'chat', { message: { content: 'a', thinking: 'r' } }, { message: { content: 'a', reasoning_content: 'r' } }],
  ['thinking in the text', 'chat', { message: { content: '<think>r</think>a' } }, { message: { content: 'a', reasoning_content: 'r' } }],
  [
    'calls',
    'chat',
    { message: { content: '', tool_calls: [CALL] }, done_reason: 'stop' },
    {
      message: { tool_calls: [{ id: AMBIENT.callId, function: { name: 'f', arguments: String.raw`{"a": "\u00e9"}` } }] },
      finish_reason: 'tool_calls',
    },
  ],
  ['generated text', 'generate', { response: 'a' }, { message: { content: 'a' }, finish_reason: 'stop' }],
  ['generated thinking', 'generate', { response: 'a', thinking: 'r' }, { message: { content: 'a', reasoning_content: 'r' } }],
  [
    'a call in words',
    'generate',
    { response: '```json\n{"name": "f", "arguments": {"a": 1}}\n```' },
    { message: { content: null, tool_calls: [{ function: { name: 'f', arguments: '{"a": 1}' } }] }, finish_reason: 'tool_calls' },
  ],
  ['JSON that is no call', 'generate', { response: '{"name": "f"}' }, { message: { content: '{"name": "f"}' }, finish_reason: 'stop' }],
];

test.each(WHOLE)('a whole answer: %s', (_name, api, body, choice) => {
  const [format, plan] = api === 'chat' ? [ollamaChatFormat, chatPlan] : [ollamaGenerateFormat, generatePlan];
  const outcome = format.response({ status: 200, headers: {}, body: JSON.stringify(body) }, plan, AMBIENT, FUNCTIONS);
  expect(outcome).toMatchObject({ ok: true, value: { choices: [choice] } });
});

test.each([
  ['', 'bad-upstream'],
  ['[]', 'bad-upstream'],
  ['{}', 'bad-upstream'],
  ['{"error":"no"}', 'upstream-refused'],
])('an answer that is none: %s', (body, kind) => {
  for (const [format, plan] of [
    [ollamaChatFormat, chatPlan],
    [ollamaGenerateFormat, generatePlan],
  ] as const) {
    expect(format.response({ status: 200, headers: {}, body }, plan, AMBIENT, {})).toMatchObject({ ok: false, error: { kind } });
  }
});

interface Read {
  readonly content: string;
  readonly thought: string;
  readonly calls: readonly unknown[];
  readonly finish: readonly unknown[];
  readonly error: string | undefined;
}

/** What a stream of lines says, however its text is cut. */
function read(api: 'chat' | 'generate', lines: readonly object[], size = Infinity, chat: JsonObject = FUNCTIONS): Read {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const pieces = size === Infinity ? [text] : (text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? []);
  const machine = api === 'chat' ? ollamaChatFormat.stream(chatPlan, chat) : ollamaGenerateFormat.stream(generatePlan, chat);
  const { out, error } = runMachine(machine, pieces);
  const choices = out.flatMap((chunk) => (Array.isArray(chunk['choices']) ? (chunk['choices'] as JsonObject[]) : []));
  const deltas = choices.map(({ delta }) => delta as JsonObject);
  const joined = (name: string): string => deltas.map((delta) => (typeof delta[name] === 'string' ? delta[name] : '')).join('');
  return {
    content: joined('content'),
    thought: joined('reasoning_content'),
    calls: deltas.flatMap(({ tool_calls: calls }) => (Array.isArray(calls) ? (calls as unknown[]) : [])),
    finish: choices.map(({ finish_reason: reason }) => reason).filter((reason) => reason !== null),
    error: error?.kind,
  };
}

const say = (content: string, more: object = {}): object => ({ done: false, message: { content, ...more } });
const tell = (response: string, more: object = {}): object => ({ done: false, response, ...more });
const CHAT_END = { done: true, done_reason: 'stop', message: { content: '' }, ...COUNTS };
const GENERATE_END = { done: true, response: '', ...COUNTS };

const STREAMS: readonly [string, Read, Partial<Read>][] = [
  ['text', read('chat', [say('a'), say('b'), CHAT_END]), { content: 'ab', finish: ['stop'], error: undefined }],
  ['thinking beside text', read('chat', [say('', { thinking: 'r' }), say('a'), CHAT_END]), { thought: 'r', content: 'a' }],
  ['thinking in the text', read('chat', [say('<think>r'), say('s</think>a'), say('b'), CHAT_END]), { thought: 'rs', content: 'ab' }],
  [
    'calls on two lines',
    read('chat', [say('', { tool_calls: [CALL] }), say('', { tool_calls: [CALL] }), CHAT_END]),
    { finish: ['tool_calls'] },
  ],
  ['a cut', read('chat', [say('a')]), { content: 'a', error: 'stream-cut' }],
  ['an error', read('chat', [say('a'), { error: 'no' }]), { content: 'a', error: 'upstream-refused' }],
  ['generated text', read('generate', [tell('a'), tell('b'), GENERATE_END]), { content: 'ab', finish: ['stop'] }],
  ['generated thinking', read('generate', [tell('', { thinking: 'r' }), tell('a'), GENERATE_END]), { thought: 'r', content: 'a' }],
  [
    'a call in words',
    read('generate', [tell('{"name":"f",'), tell('"arguments":{}}'), GENERATE_END]),
    { content: '', finish: ['tool_calls'] },
  ],
  ['an object that is none', read('generate', [tell('{"a"'), tell(':1}'), GENERATE_END]), { content: '{"a":1}', finish: ['stop'] }],
  ['an object nobody waits for', read('generate', [tell('{"name":"f","arguments":{}}'), GENERATE_END], Infinity, {}), { calls: [] }],
];

test.each(STREAMS)('a stream: %s', (_name, got, expected) => {
  expect(got).toMatchObject(expected);
});

test('calls of one answer have ids of their own', () => {
  const { calls } = read('chat', [say('', { tool_calls: [CALL, CALL] }), say('', { tool_calls: [CALL] }), CHAT_END]);
  const ids = calls.map((call) => (call as JsonObject)['id']);
  expect(new Set(ids).size).toBe(3);
  expect(calls.map((call) => (call as JsonObject)['index'])).toStrictEqual([0, 1, 2]);
});

const line = fc.oneof(
  fc.record({
    done: fc.boolean(),
    message: fc.record({ content: fc.constantFrom('', 'a', '<think>', '</think>', '{'), thinking: fc.string() }),
  }),
  fc.record({ done: fc.boolean(), response: fc.constantFrom('', 'a', '{', '```', '<think>') }),
  fc.dictionary(fc.string(), fc.jsonValue()),
);

test('whatever comes, however it is cut, a stream ends once', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('chat' as const, 'generate' as const),
      fc.array(line),
      fc.integer({ min: 1, max: 9 }),
      (api, lines, size) => {
        const whole = read(api, lines);
        expect(read(api, lines, size)).toStrictEqual(whole);
        expect(whole.finish.length).toBe(whole.error === undefined ? 1 : 0);
      },
    ),
  );
});
