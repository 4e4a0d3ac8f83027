import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AMBIENT, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import { toRawObject } from '../../json/raw-object.ts';
import { nativeChat } from './native.ts';

function answer(body: string, model = 'openai/gpt-4o', answerModel: string | undefined = 'group'): ReturnType<typeof nativeChat.response> {
  const call = { body: toRawObject({ messages: [] }), headers: {} };
  return nativeChat.response({ status: 200, headers: {}, body }, call, makePlan(model, { answerModel }), AMBIENT);
}

function shown(completion: JsonObject, model?: string): JsonObject {
  const outcome = answer(JSON.stringify(completion), model);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return JSON.parse(outcome.value.body);
}

function withMessage(message: JsonObject, choice: JsonObject = { finish_reason: 'stop' }): JsonObject {
  return {
    id: 'i',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, ...choice }],
  };
}

test('all bytes pass but the model', () => {
  const body =
    '{ "id":"i","object":"chat.completion","created":1.0,"model":"m", "choices":[{"index":0,"message":{"role":"assistant","content":"h\\u00e9"},' +
    '"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":9007199254740993,"completion_tokens":1,"total_tokens":1},"new":1e2 }';
  const outcome = answer(body);
  expect(outcome).toMatchObject({ ok: true, value: { body: body.replace('"m"', '"group"'), usage: { prompt_tokens: 9007199254740992 } } });
});

const MESSAGES: readonly [string, JsonObject, JsonObject][] = [
  [
    'reasoning has one place',
    { content: 'c', reasoning: 'r' },
    { content: 'c', reasoning_content: 'r', provider_specific_fields: { reasoning: 'r' } },
  ],
  ['thinking in content', { content: '<think>r</think>c' }, { content: 'c', reasoning_content: 'r' }],
  ['a tag that is not closed is content', { content: '<think>r' }, { content: '<think>r' }],
  ['a member unknown to OpenAI', { content: 'c', refusal: 'no' }, { content: 'c', provider_specific_fields: { refusal: 'no' } }],
];

test.each(MESSAGES)('%s', (_name, message, expected) => {
  expect(shown(withMessage(message))).toMatchObject({ choices: [{ message: { role: 'assistant', ...expected } }] });
});

test.each([
  ['a null', { finish_reason: null }, 'stop'],
  ['an unknown one', { finish_reason: 'who knows' }, 'stop'],
  ['another API’s', { finish_reason: 'MAX_TOKENS' }, 'length'],
])('finish reason: %s', (_name, choice, reason) => {
  expect(shown(withMessage({ content: 'c' }, choice))).toMatchObject({ choices: [{ finish_reason: reason }] });
});

test('an answer that calls tools ended for that', () => {
  expect(shown(withMessage({ tool_calls: [{ id: 'c' }] }))).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] });
});

test('a reason that had to be mapped is kept', () => {
  expect(shown(withMessage({ content: 'c' }, { finish_reason: 'eos' }))).toMatchObject({
    choices: [{ finish_reason: 'stop', provider_specific_fields: { native_finish_reason: 'eos' } }],
  });
});

test('an empty reason is none, and kept', () => {
  expect(shown(withMessage({ content: 'c' }, { finish_reason: '' }))).toMatchObject({
    choices: [{ finish_reason: 'stop', provider_specific_fields: { native_finish_reason: '' } }],
  });
});

test('no calls are no list, and calls are typed', () => {
  expect(shown(withMessage({ content: 'c', tool_calls: [] }))['choices']).toStrictEqual([
    { index: 0, message: { role: 'assistant', content: 'c' }, finish_reason: 'stop' },
  ]);
  expect(shown(withMessage({ tool_calls: [{ function: { name: 'f' } }] }))).toMatchObject({
    choices: [{ message: { tool_calls: [{ id: AMBIENT.callId, type: 'function', function: { name: 'f' } }] } }],
  });
});

test('arguments are text, images are numbered', () => {
  const tool_calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: { a: 1 } } }];
  const message = { tool_calls, images: [{ type: 'image_url' }, { type: 'image_url', index: 5 }] };
  expect(shown(withMessage(message))).toMatchObject({
    choices: [{ message: { tool_calls: [{ function: { name: 'f', arguments: '{"a": 1}' } }], images: [{ index: 0 }, { index: 5 }] } }],
  });
});

test('arguments that are none are an empty text', () => {
  const tool_calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: null } }];
  expect(shown(withMessage({ tool_calls }))).toMatchObject({ choices: [{ message: { tool_calls: [{ function: { arguments: '' } }] } }] });
});

test.each([
  [
    'what Anthropic’s names say',
    { cache_read_input_tokens: 4, cache_creation_input_tokens: 2 },
    { prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2, cache_creation_tokens: 2 } },
  ],
  ['what is not counted is nothing', { prompt_tokens: 2 }, { prompt_tokens: 2, completion_tokens: 0, total_tokens: 0 }],
  [
    'tokens written to the cache have two names',
    { prompt_tokens_details: { cache_write_tokens: 2 } },
    { prompt_tokens_details: { cache_write_tokens: 2, cache_creation_tokens: 2 } },
  ],
  ['a cache under another name', { prompt_cache_hit_tokens: 2 }, { prompt_tokens_details: { cached_tokens: 2 } }],
  [
    'reasoning beside the details',
    { completion_tokens: 9, reasoning_tokens: 4 },
    { completion_tokens_details: { reasoning_tokens: 4, text_tokens: 5 } },
  ],
])('usage: %s', (_name, usage, expected) => {
  expect(shown({ ...withMessage({ content: 'c' }), usage })).toMatchObject({ usage: expected });
});

test('an answer without a name gets one', () => {
  const { id, object, created, ...bare } = withMessage({ content: 'c' });
  expect([id, object, created]).toHaveLength(3);
  expect(shown(bare)).toMatchObject({ id: `chatcmpl-${AMBIENT.callId}`, object: 'chat.completion', created: AMBIENT.nowSeconds });
});

test.each([
  ['empty', '', 'bad-upstream'],
  ['a page', '<html>', 'bad-upstream'],
  ['cut', '{"choices":[', 'bad-upstream'],
  ['null', 'null', 'bad-upstream'],
  ['no choices', '{"id":"x"}', 'bad-upstream'],
  ['a choice without a message', '{"choices":[{}]}', 'bad-upstream'],
  ['an error', '{"error":{"message":"x"}}', 'upstream-refused'],
])('%s: unusable', (_name, body, kind) => {
  expect(answer(body)).toMatchObject({ ok: false, error: { kind } });
});

test('no JSON makes it throw, and what is given is JSON', () => {
  const choice = fc.record({ index: fc.jsonValue(), message: fc.jsonValue(), finish_reason: fc.jsonValue() }, { requiredKeys: [] });
  const body = fc.oneof(
    fc.jsonValue(),
    fc.record({ id: fc.jsonValue(), choices: fc.oneof(fc.array(choice), fc.jsonValue()), usage: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(body, fc.constantFrom('openai/gpt-4o', 'mistral/mistral-large-latest', 'groq/llama-3.3-70b-versatile'), (value, model) => {
      const outcome = answer(JSON.stringify(value), model);
      if (outcome.ok) expect(JSON.parse(outcome.value.body)).toMatchObject({ model: 'group', choices: expect.any(Array) });
    }),
    { numRuns: 500 },
  );
});
