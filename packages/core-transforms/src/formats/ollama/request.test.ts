import { expect, test } from 'vitest';
import { deepFreeze, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import { ollamaChatFormat, ollamaGenerateFormat } from './format.ts';

const AMBIENT = { nowSeconds: 1, callId: 'id' };
const USER = { role: 'user', content: 'Hi' };
const PIXEL = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
const TOOL = { type: 'function', function: { name: 'f', parameters: {} } };

function chatBody(chat: JsonObject, model = 'llama'): JsonObject {
  const outcome = ollamaChatFormat.request(deepFreeze(chat), makePlan(`ollama_chat/${model}`), AMBIENT);
  return outcome.ok ? outcome.value : { error: outcome.error.kind };
}

function generateBody(chat: JsonObject): JsonObject {
  const outcome = ollamaGenerateFormat.request(deepFreeze(chat), makePlan('ollama/llama'), AMBIENT);
  return outcome.ok ? outcome.value : { error: outcome.error.kind };
}

const PARAMS: readonly [string, JsonObject, JsonObject][] = [
  ['a limit', { max_tokens: 5 }, { options: { num_predict: 5 } }],
  ['what is not OpenAI’s goes to the model', { top_k: 3, mirostat: 1 }, { options: { top_k: 3, mirostat: 1 } }],
  ['keep_alive is for the server', { keep_alive: '5m' }, { options: {}, keep_alive: '5m' }],
  ['extra_body stands beside', { extra_body: { raw: true } }, { options: {}, raw: true }],
  ['an effort is to think', { reasoning_effort: 'low' }, { think: true }],
  ['no effort is not to', { reasoning_effort: 'none' }, { think: false }],
  ['JSON', { response_format: { type: 'json_object' } }, { format: 'json' }],
  ['a schema', { response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } } }, { format: { type: 'object' } }],
  ['text is no format', { response_format: { type: 'text' } }, {}],
  ['a choice of tools is not sent', { tools: [TOOL], tool_choice: 'required' }, { tools: [TOOL] }],
  ['old functions are tools', { functions: [{ name: 'f' }] }, { tools: [{ type: 'function', function: { name: 'f' } }] }],
  ['what the API does not take', { n: 2 }, { error: 'unsupported-params' }],
];

test.each(PARAMS)('chat, %s', (_name, params, expected) => {
  const body = chatBody({ messages: [USER], ...params });
  expect(body).toMatchObject(expected);
  expect(body).not.toHaveProperty('tool_choice');
});

test('a model that knows efforts gets the word', () => {
  expect(chatBody({ messages: [USER], reasoning_effort: 'high' }, 'gpt-oss:20b')).toMatchObject({ think: 'high' });
});

const TURNS: readonly [string, JsonObject, JsonObject][] = [
  ['text and image', { role: 'user', content: [{ type: 'text', text: 'a' }, PIXEL] }, { content: 'a', images: ['AAAA'] }],
  ['reasoning', { role: 'assistant', content: 'a', reasoning_content: 'r' }, { content: 'a', thinking: 'r' }],
  ['reasoning in the text', { role: 'assistant', content: '<think>r</think>a' }, { content: '<think>r</think>a', thinking: 'r' }],
  [
    'calls',
    { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] },
    { content: '', tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] },
  ],
  ['a result', { role: 'tool', tool_call_id: 'c', content: 'r' }, { role: 'tool', content: 'r', tool_call_id: 'c' }],
];

test.each(TURNS)('a turn with %s', (_name, message, expected) => {
  expect(chatBody({ messages: [message] })).toMatchObject({ messages: [expected] });
});

test('arguments that are no JSON are refused', () => {
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{' } };
  expect(chatBody({ messages: [{ role: 'assistant', tool_calls: [call] }] })).toStrictEqual({ error: 'bad-request' });
});

const PROMPTS: readonly [string, readonly JsonObject[], string][] = [
  ['a question', [USER], '### User:\nHi\n\n'],
  ['runs of one side', [USER, { role: 'tool', content: 'r' }, { role: 'system', content: 's' }], '### User:\nHi\nr\n\n### System:\ns\n\n'],
  [
    'calls',
    [{ role: 'assistant', content: 'a', tool_calls: [{ function: { name: 'f', arguments: '{"x":1}' } }] }],
    '### Assistant:\na\n{"name": "f", "arguments": {"x": 1}}\n\n',
  ],
  ['nothing said', [{ role: 'assistant', content: '' }, USER], '### User:\nHi\n\n'],
];

test.each(PROMPTS)('a prompt of %s', (_name, messages, prompt) => {
  expect(generateBody({ messages })).toMatchObject({ prompt, images: [] });
});

test('functions are told after what the system says', () => {
  const body = generateBody({ messages: [{ role: 'system', content: 's' }, USER], tools: [TOOL] });
  expect(body).toMatchObject({ format: 'json' });
  expect(body['prompt']).toMatch(/^### System:\ns To call a function[^]*\{'type': 'function', 'function': \{'name': 'f'[^]*### User:\nHi/u);
});

test('a completions client’s prompt goes out as it came', () => {
  const plan = makePlan('ollama/llama', { dialect: 'openai-completions' });
  expect(ollamaGenerateFormat.request({ messages: [USER] }, plan, AMBIENT)).toMatchObject({ ok: true, value: { prompt: 'Hi' } });
});
