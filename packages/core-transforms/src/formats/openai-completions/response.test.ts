import { expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import { runMachine } from '../../../test/run-machine.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { CallTransform } from '../../contract/call-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { ClientAnswer } from '../../contract/wire.ts';
import { toRawObject } from '../../json/raw-object.ts';

const INSTRUCT = 'text-completion-openai/davinci-002';
const USAGE = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const ANSWER = {
  id: 'cmpl-1',
  object: 'text_completion',
  created: 5,
  model: 'davinci-002',
  system_fingerprint: 'fp',
  choices: [{ text: 'b', index: 0, logprobs: { tokens: ['b'] }, finish_reason: 'length' }],
  usage: USAGE,
};

function choose(model: string, dialect: 'openai-completions' | 'openai-chat' = 'openai-completions'): CallTransform {
  const transform = chooseTransform(makePlan(model, { dialect }));
  if (!transform.ok) throw new Error(JSON.stringify(transform.error));
  return transform.value;
}

function answer(
  model: string,
  body: JsonObject | string,
  dialect: 'openai-completions' | 'openai-chat' = 'openai-completions',
): Outcome<ClientAnswer> {
  const call = { body: toRawObject(deepFreeze({ model: 'group', prompt: 'a', messages: [] })), headers: {} };
  const given = { status: 200, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) };
  return choose(model, dialect).response(given, call, makePlan(model, { dialect, answerModel: 'group' }), AMBIENT);
}

function shown(model: string, body: JsonObject, dialect?: 'openai-chat'): JsonObject {
  const outcome = answer(model, body, dialect);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return JSON.parse(outcome.value.body);
}

test('a whole answer keeps all but its model', () => {
  expect(shown(INSTRUCT, ANSWER)).toStrictEqual({ ...ANSWER, model: 'group' });
});

test('a chat client in front of it gets a chat completion', () => {
  const choices = [{ index: 0, message: { role: 'assistant', content: 'b' }, logprobs: { tokens: ['b'] }, finish_reason: 'length' }];
  expect(shown(INSTRUCT, ANSWER, 'openai-chat')).toStrictEqual({ ...ANSWER, model: 'group', object: 'chat.completion', choices });
});

test('a chat completion becomes a text', () => {
  const message = { role: 'assistant', content: 'b', reasoning_content: 'r' };
  const chat = { ...ANSWER, object: 'chat.completion', choices: [{ index: 0, message, logprobs: { content: [] }, finish_reason: 'stop' }] };
  const { system_fingerprint: _fingerprint, ...rest } = ANSWER;
  const choices = [{ index: 0, text: 'b', logprobs: null, finish_reason: 'stop' }];
  expect(shown('openai/gpt-4o', chat)).toStrictEqual({ ...rest, model: 'group', choices });
});

test('who answers with messages is read so', () => {
  const choices = [{ index: 0, message: { role: 'assistant', content: 'b' }, finish_reason: 'stop' }];
  expect(shown('text-completion-codestral/m', { ...ANSWER, choices })['choices']).toStrictEqual([
    { index: 0, text: 'b', logprobs: null, finish_reason: 'stop' },
  ]);
});

test.each([
  ['nothing', '', 'bad-upstream'],
  ['no choices', '{"choices":[]}', 'bad-upstream'],
  ['choices that are none', '{"choices":[1]}', 'bad-upstream'],
  ['an error', '{"error":{"message":"no","code":429}}', 'upstream-refused'],
])('not an answer: %s', (_name, body, kind) => {
  expect(answer(INSTRUCT, body)).toMatchObject({ ok: false, error: { kind } });
});

const REFUSALS: readonly [string, number, JsonObject, boolean?][] = [
  [INSTRUCT, 400, { shown: { className: 'BadRequestError', type: 'mine' }, param: 'p', message: 'words' }, true],
  [INSTRUCT, 400, { shown: { className: 'BadRequestError', type: null } }],
  [INSTRUCT, 429, { shown: { type: 'throttling_error' } }],
  [INSTRUCT, 500, { shown: { type: 'internal_server_error' } }],
  ['openai/gpt-4o', 400, { shown: { className: 'BadRequestError', type: 'mine' }, param: 'p', message: 'words' }],
  ['anthropic/claude-sonnet-4-5', 400, { shown: { className: 'BadRequestError', type: null } }],
  ['anthropic/claude-sonnet-4-5', 529, { shown: { type: null } }],
  ['gemini/gemini-2.5-flash', 429, { shown: { type: 'throttling_error' } }],
  ['gemini/gemini-2.5-flash', 429, { shown: { type: null } }, true],
  ['gemini/gemini-2.5-flash', 502, { shown: { status: 500, type: null } }, true],
  ['text-completion-codestral/m', 429, { shown: { type: 'throttling_error' } }],
  ['text-completion-codestral/m', 429, { shown: { type: null } }, true],
];

test.each(REFUSALS)('%s refuses with %i', (model, status, error, stream = false) => {
  const body = JSON.stringify({ error: { message: 'words', type: 'mine', param: 'p' } });
  expect(choose(model).error({ status, headers: {}, body }, makePlan(model, { stream }))).toMatchObject(error);
});

test('a fault that is worded as a bad request has no type of its own', () => {
  const body = JSON.stringify({ message: 'no', type: 'invalid_request_error' });
  const error = choose('mistral/mistral-large-latest').error({ status: 500, headers: {}, body }, makePlan('mistral/mistral-large-latest'));
  expect(error).toMatchObject({ shown: { className: 'BadRequestError', type: null } });
});

function frames(...data: readonly (JsonObject | string)[]): string {
  return data.map((item) => `data: ${typeof item === 'string' ? item : JSON.stringify(item)}\n\n`).join('');
}

function textChunk(text: string, finish: string | null = null, index = 0): JsonObject {
  return { id: 'c', object: 'text_completion', created: 5, model: 'm', choices: [{ text, index, logprobs: null, finish_reason: finish }] };
}

function streamed(model: string, text: string, request: JsonObject = {}): { out: readonly string[]; error: unknown } {
  const plan = makePlan(model, { dialect: 'openai-completions', stream: true, answerModel: 'group' });
  const call = { body: toRawObject({ prompt: 'a', ...request }), headers: {} };
  const { out, error } = runMachine(choose(model).stream(call, plan), [text]);
  expect(runMachine(choose(model).stream(call, plan), [...text])).toEqual({ out, error });
  return {
    out: out
      .join('')
      .split('\n\n')
      .slice(0, -1)
      .map((event) => event.slice('data: '.length)),
    error,
  };
}

test('a stream of text: one chunk each, zeros for who did not ask, the end', () => {
  const { out, error } = streamed(INSTRUCT, frames(textChunk('a'), textChunk('b'), textChunk('', 'stop'), '[DONE]'));
  expect(error).toBeUndefined();
  expect(out.at(-1)).toBe('[DONE]');
  const usage = { completion_tokens: 0, prompt_tokens: 0, total_tokens: 0 };
  const head = { id: 'c', object: 'text_completion', created: 5, model: 'group' };
  expect(out.slice(0, -1).map((event): JsonObject => JSON.parse(event))).toStrictEqual([
    { ...head, choices: [{ index: 0, text: 'a' }], usage },
    { ...head, choices: [{ index: 0, text: 'b' }], usage },
    { ...head, choices: [{ index: 0, finish_reason: 'stop' }], usage },
  ]);
});

test('who asks for usage gets it at the end', () => {
  const counted = { ...textChunk(''), choices: [], usage: USAGE };
  const asked = { stream_options: { include_usage: true } };
  const { out } = streamed(INSTRUCT, frames(textChunk('a', 'stop'), counted, '[DONE]'), asked);
  expect(JSON.parse(out.at(-2) ?? '')).toMatchObject({ choices: [{ index: 0 }], usage: USAGE });
  expect(out[0]).not.toContain('usage');
});

test('two answers in one stream stay apart', () => {
  const { out } = streamed(
    INSTRUCT,
    frames(textChunk('a'), textChunk('b', null, 1), textChunk('', 'stop'), textChunk('', 'stop', 1), '[DONE]'),
  );
  expect(out.join('\n')).toContain('{"index":1,"text":"b"}');
});

function chatChunk(delta: JsonObject, finish: string | null = null): JsonObject {
  return { choices: [{ index: 0, delta, finish_reason: finish }] };
}

test('reasoning of who chats has its place in a stream', () => {
  const { out } = streamed(
    'openai/gpt-4o',
    frames(chatChunk({ reasoning_content: 'r' }), chatChunk({ content: 'a' }), chatChunk({}, 'stop'), '[DONE]'),
  );
  expect(out[0]).toContain('{"index":0,"reasoning_content":"r"}');
});

test.each([
  ['openai-chat', undefined],
  ['openai-completions', null],
] as const)('a rate limit amid a stream, %s', (dialect, type) => {
  const plan = makePlan('openai/gpt-4o', { dialect, stream: true });
  const transform = chooseTransform(plan);
  if (!transform.ok) throw new Error(JSON.stringify(transform.error));
  const call = { body: toRawObject({ prompt: 'a', messages: [{ role: 'user', content: 'a' }] }), headers: {} };
  const said = { id: 'c', object: 'chat.completion.chunk', created: 5, model: 'm', choices: [{ index: 0, delta: { content: 'a' } }] };
  const { error } = runMachine(transform.value.stream(call, plan), [frames(said, { error: { message: 'slow', code: 429 } })]);
  expect(error).toMatchObject({ kind: 'upstream-refused', status: 429 });
  expect(error?.kind === 'upstream-refused' && error.shown?.type).toBe(type);
});

test('a stream that breaks off is no answer', () => {
  expect(streamed(INSTRUCT, frames(textChunk('a'))).error).toMatchObject({ kind: 'stream-cut' });
  expect(streamed(INSTRUCT, frames({ error: { message: 'no' } })).error).toMatchObject({ kind: 'upstream-refused' });
  expect(streamed(INSTRUCT, frames('no json')).error).toMatchObject({ kind: 'bad-upstream' });
});
