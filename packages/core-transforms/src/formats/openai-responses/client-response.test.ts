import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { toResponse } from './client-response.ts';

const PLAN = makePlan('anthropic/claude-sonnet-4-5', { dialect: 'openai-responses' });
const { callId } = AMBIENT;

function respond(message: JsonObject, more: JsonObject = {}, request: JsonObject = {}, finishReason: JsonValue = 'stop'): JsonObject {
  const chat = {
    id: 'chatcmpl-1',
    created: 5,
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finishReason }],
    ...more,
  };
  const shown = toResponse(deepFreeze(chat), PLAN, AMBIENT, deepFreeze(request));
  if (!shown.ok) throw new Error(shown.error.kind);
  return shown.value;
}

const outputOf = (message: JsonObject, request: JsonObject = {}): JsonValue | undefined => respond(message, {}, request)['output'];
const toolCall = (name: string, args: string, more: JsonObject = {}): JsonObject => ({
  id: 'call_1',
  type: 'function',
  function: { name, arguments: args },
  ...more,
});
const text = (value: string, annotations: readonly JsonObject[] = []): JsonObject => ({ type: 'output_text', text: value, annotations });

describe('a whole answer', () => {
  test('is a response that repeats its request', () => {
    const request = {
      instructions: 'i',
      temperature: 0.5,
      tools: [{ type: 'function', name: 'f' }],
      tool_choice: { type: 'function', name: 'f' },
      metadata: { a: 'b' },
      top_p: 'no number',
    };
    const usage = {
      prompt_tokens: 3,
      completion_tokens: 4,
      total_tokens: 7,
      prompt_tokens_details: { cached_tokens: 1 },
      completion_tokens_details: { reasoning_tokens: 2 },
    };
    expect(respond({ content: 'hi' }, { usage }, request)).toStrictEqual({
      id: 'resp_chatcmpl-1',
      object: 'response',
      created_at: 5,
      status: 'completed',
      model: 'group',
      output: [{ type: 'message', id: `msg_${callId}`, status: 'completed', role: 'assistant', content: [text('hi')] }],
      instructions: 'i',
      temperature: 0.5,
      tools: [{ type: 'function', name: 'f' }],
      tool_choice: { type: 'function', name: 'f' },
      metadata: { a: 'b' },
      parallel_tool_calls: false,
      text: {},
      usage: {
        input_tokens: 3,
        input_tokens_details: { cached_tokens: 1 },
        output_tokens: 4,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 7,
      },
    });
  });

  test("repeats an effort that was asked for in chat's way", () => {
    expect(respond({ content: 'a' }, {}, { reasoning_effort: 'low' })).toMatchObject({ reasoning: { effort: 'low' } });
    const both = { reasoning_effort: 'low', reasoning: { effort: 'high' } };
    expect(respond({ content: 'a' }, {}, both)).toMatchObject({ reasoning: { effort: 'high' } });
  });

  test.each<[JsonValue, string, JsonObject | undefined]>([
    ['stop', 'completed', undefined],
    ['tool_calls', 'completed', undefined],
    ['length', 'incomplete', { reason: 'max_output_tokens' }],
    ['content_filter', 'incomplete', { reason: 'content_filter' }],
    ['something new', 'completed', undefined],
    [null, 'incomplete', undefined],
  ])('that ended for %j is %s', (reason, status, details) => {
    const shown = respond({ content: 'a' }, {}, {}, reason);
    expect([shown['status'], shown['incomplete_details']]).toStrictEqual([status, details]);
  });

  test('reasoning, text and calls in this order', () => {
    const thinking = { type: 'thinking', thinking: 'r', signature: 's' };
    const message = { content: 'a', reasoning_content: 'r', thinking_blocks: [thinking], tool_calls: [toolCall('f', '{}')] };
    expect(outputOf(message)).toMatchObject([
      { type: 'reasoning', id: `rs_${callId}`, content: [text('r')], encrypted_content: JSON.stringify([thinking]) },
      { type: 'message', content: [text('a')] },
      { type: 'function_call', id: 'fc_call_1', call_id: 'call_1', name: 'f', arguments: '{}', status: 'completed' },
    ]);
  });

  test('citations', () => {
    const citation = { start_index: 0, end_index: 1, url: 'https://a.test', title: 't' };
    const annotations = [{ type: 'url_citation', url_citation: citation }, { type: 'other' }];
    expect(outputOf({ content: 'a', annotations })).toMatchObject([{ content: [text('a', [{ type: 'url_citation', ...citation }])] }]);
  });

  test('images', () => {
    expect(outputOf({ content: '', images: [{ image_url: { url: 'data:image/png;base64,AAA' } }] })).toStrictEqual([
      { type: 'image_generation_call', id: `ig_${callId}`, status: 'completed', result: 'AAA' },
    ]);
  });

  test('what the provider says of a call stays with it', () => {
    const fields = { thought_signature: 's' };
    expect(outputOf({ content: null, tool_calls: [toolCall('f', '{}', { provider_specific_fields: fields })] })).toMatchObject([
      { type: 'function_call', provider_specific_fields: fields },
    ]);
  });

  test('tools come back under the names their client gave them', () => {
    const request = {
      tools: [
        { type: 'custom', name: 'c' },
        { type: 'namespace', name: 'n', tools: [{ type: 'function', name: 'f' }] },
      ],
    };
    expect(outputOf({ content: null, tool_calls: [toolCall('c', '{"content":"x"}'), toolCall('n__f', '{}')] }, request)).toMatchObject([
      { type: 'custom_tool_call', id: 'ctc_call_1', name: 'c', input: 'x' },
      { type: 'function_call', name: 'f', namespace: 'n' },
    ]);
  });
});

test('what a provider says of a call stands beside the answer', () => {
  expect(respond({ content: 'a' }, { provider_specific_fields: { traffic_type: 'x' } })['provider_specific_fields']).toEqual({
    traffic_type: 'x',
  });
  expect(respond({ content: 'a', provider_specific_fields: { b: 1 } })['provider_specific_fields']).toBeUndefined();
});
