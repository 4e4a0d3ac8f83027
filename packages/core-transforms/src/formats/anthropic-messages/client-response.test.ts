import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { deepFreeze, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { parseToolArguments } from './client-arguments.ts';
import { toMessagesAnswer } from './client-response.ts';
import { shortenToolName } from './client-tools.ts';
import { toMessagesUsage } from './client-usage.ts';

function answerTo(message: JsonObject, finishReason = 'stop', request: JsonObject = {}): JsonObject {
  const chat = {
    id: 'c',
    model: 'm',
    choices: [{ index: 0, message, finish_reason: finishReason }],
    usage: { prompt_tokens: 3, completion_tokens: 2 },
  };
  const outcome = toMessagesAnswer(deepFreeze(chat), deepFreeze(request), makePlan('hosted_vllm/m'));
  return outcome.ok ? outcome.value : { error: outcome.error.kind };
}

describe('answer', () => {
  test('has thinking, text and tool uses in that order', () => {
    const message = {
      content: 'text',
      reasoning_content: 'hm',
      tool_calls: [{ id: 'call.1', function: { name: 'f', arguments: '{"a":1}', provider_specific_fields: { thought_signature: 's' } } }],
    };
    expect(answerTo(message, 'tool_calls')).toEqual({
      id: 'c',
      type: 'message',
      role: 'assistant',
      model: 'group',
      stop_sequence: null,
      usage: { input_tokens: 3, output_tokens: 2 },
      content: [
        { type: 'thinking', thinking: 'hm', signature: null },
        { type: 'text', text: 'text' },
        { type: 'tool_use', id: 'call_1', name: 'f', input: { a: 1 }, provider_specific_fields: { signature: 's' } },
      ],
      stop_reason: 'tool_use',
      stop_details: null,
    });
  });

  test('signed thinking wins over the readable copy; empty thinking is none', () => {
    const blocks = [
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking', thinking: 'a', signature: 's' },
      { type: 'redacted_thinking', data: 'd' },
    ];
    expect(answerTo({ content: null, thinking_blocks: blocks, reasoning_content: 'a' })['content']).toEqual(blocks.slice(1));
  });

  test('a refusal is text and the reason', () => {
    expect(answerTo({ content: null, refusal: 'No.' })).toMatchObject({
      content: [{ type: 'text', text: 'No.' }],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', explanation: 'No.' },
    });
    expect(answerTo({ content: 'x' }, 'content_filter')).toMatchObject({ stop_reason: 'refusal', stop_details: { explanation: null } });
    expect(answerTo({ content: null, refusal: 'No.' }, 'length')).toMatchObject({ stop_reason: 'max_tokens', stop_details: null });
  });

  test('a long tool name comes back whole', () => {
    const name = 'x'.repeat(90);
    const call = { id: 'a', function: { name: shortenToolName(name), arguments: '' } };
    expect(answerTo({ tool_calls: [call] }, 'tool_calls', { tools: [{ name }] })['content']).toEqual([
      { type: 'tool_use', id: 'a', name, input: {} },
    ]);
  });

  test('arguments that are no JSON are the provider’s fault', () => {
    expect(answerTo({ tool_calls: [{ id: 'a', function: { name: 'f', arguments: 'nope' } }] })).toEqual({ error: 'bad-upstream' });
  });
});

test.each<[JsonValue | undefined, JsonObject]>([
  [undefined, { input_tokens: 0, output_tokens: 0 }],
  [
    { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14, prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 2 } },
    { input_tokens: 5, output_tokens: 4, cache_read_input_tokens: 3, cache_creation_input_tokens: 2 },
  ],
  [
    { prompt_tokens: 10, cache_read_input_tokens: 20, server_tool_use: { web_search_requests: 1 } },
    { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 20, server_tool_use: { web_search_requests: 1 } },
  ],
])('usage %j', (usage, expected) => {
  expect(toMessagesUsage(usage)).toEqual(expected);
});

describe('tool arguments', () => {
  test('any JSON comes back', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseToolArguments(text)).toStrictEqual(JSON.parse(text));
      }),
    );
  });

  test.each<[string, JsonValue | undefined]>([
    ['', {}],
    ['  ', {}],
    ['{"a": [1, {"b": "}', undefined],
    ['{"a": [1, {"b": "}"', { a: [1, { b: '}' }] }],
    ['{"a": "x\\"{",', { a: 'x"{' }],
    ['nope', undefined],
    ['{"a": tru', undefined],
  ])('%j', (text, value) => {
    expect(parseToolArguments(text)).toStrictEqual(value);
  });
});
