import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { objectsIn } from '../openai-chat/types.ts';
import { toChatRequest } from './client-request.ts';
import { toResponse } from './client-response.ts';

const SEARCHES = [
  { type: 'file_search', vector_store_ids: ['vs_1', 'vs_2'] },
  { type: 'function', name: 'f' },
  { type: 'file_search', vector_store_ids: ['vs_2'] },
];
const REQUEST: JsonObject = { input: 'Who?', tools: SEARCHES };
const plan = (stream = false): ReturnType<typeof makePlan> =>
  makePlan('bedrock/us.amazon.nova-lite-v1:0', { dialect: 'openai-responses', stream });

function answer(message: JsonObject, request: JsonObject = REQUEST): JsonObject {
  const chat = { id: 'c', created: 5, choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }] };
  const shown = toResponse(deepFreeze(chat), plan(), AMBIENT, deepFreeze(request));
  if (!shown.ok) throw new Error(shown.error.kind);
  return shown.value;
}

function call(name: string, args: JsonValue): JsonObject {
  return { id: `call_${name}`, type: 'function', function: { name, arguments: JSON.stringify(args) } };
}

describe('a search in files, in front of a model that has none', () => {
  test('is a function that stands last and names every store once', () => {
    const chat = toChatRequest(deepFreeze(REQUEST), plan());
    const functions = chat.ok ? objectsIn(chat.value['tools']).map((tool) => tool['function']) : [];
    expect(functions.map((one) => isObject(one) && one['name'])).toStrictEqual(['f', 'litellm_file_search']);
    expect(functions[1]).toMatchObject({
      parameters: { properties: { vector_store_id: { enum: ['vs_1', 'vs_2'] } }, required: ['queries'] },
    });
  });

  test('without stores is left out', () => {
    const chat = toChatRequest({ input: 'Who?', tools: [{ type: 'file_search' }] }, plan());
    expect(chat.ok && chat.value['tools']).toBe(undefined);
  });

  test('in a stream is declined', () => {
    expect(toChatRequest(deepFreeze(REQUEST), plan(true))).toMatchObject({ ok: false, error: { kind: 'declined', path: 'tools' } });
  });

  test('that the model did not ask for shows what was asked', () => {
    const message = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Ada', annotations: [] }] };
    const search = { type: 'file_search_call', id: expect.stringMatching(/^fs_/u), status: 'completed' };
    expect(answer({ content: 'Ada' })['output']).toStrictEqual([{ ...search, queries: ['Who?'] }, message]);
    const input = [{ role: 'user', content: "it's" }];
    expect(answer({ content: 'Ada' }, { ...REQUEST, input })['output']).toMatchObject([
      { ...search, queries: [`[{'role': 'user', 'content': "it's"}]`] },
      message,
    ]);
  });

  test.each([
    ['queries', { queries: ['a', 'b'] }, ['a', 'b']],
    ['one query', { query: 'a' }, ['a']],
    ['nothing', {}, ['Who?']],
  ])('that the model asked for has failed, and calls beside it stay: %s', (_name, args, queries) => {
    const calls = [call('litellm_file_search', args), call('f', {})];
    expect(answer({ content: null, tool_calls: calls })['output']).toMatchObject([
      { type: 'file_search_call', status: 'failed', queries },
      { type: 'message' },
      { type: 'function_call', name: 'f' },
    ]);
  });
});
