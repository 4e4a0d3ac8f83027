import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/is-object.ts';
import { toChatCompletion } from './response.ts';

const PLAN = makePlan('anthropic/claude-sonnet-4-5');
const OLD_PLAN = makePlan('anthropic/claude-3-5-sonnet-20241022');
const USAGE = { input_tokens: 10, output_tokens: 20 };

function complete(members: JsonObject, chat: JsonObject = {}, plan = PLAN): ReturnType<typeof toChatCompletion> {
  const body = JSON.stringify({ type: 'message', model: 'm', content: [], stop_reason: 'end_turn', usage: USAGE, ...members });
  return toChatCompletion({ status: 200, headers: {}, body }, plan, AMBIENT, deepFreeze(chat));
}

function value(members: JsonObject, chat?: JsonObject, plan?: typeof PLAN): JsonObject {
  const made = complete(members, chat, plan);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
}

test('text of all blocks is one content; ids and times derive from the call', () => {
  const content = [
    { type: 'text', text: 'a' },
    { type: 'text', text: 'b', citations: [{ type: 'char_location', cited_text: 'c' }] },
  ];
  expect(value({ content })).toMatchObject({
    id: `chatcmpl-${AMBIENT.callId}`,
    created: AMBIENT.nowSeconds,
    model: 'group',
    choices: [
      {
        finish_reason: 'stop',
        message: {
          role: 'assistant',
          content: 'ab',
          provider_specific_fields: { citations: [[{ type: 'char_location', cited_text: 'c', supported_text: 'b' }]] },
        },
      },
    ],
  });
});

test.each([
  ['max_tokens', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
  ['pause_turn', 'stop'],
  ['stop_sequence', 'stop'],
  [null, 'stop'],
])('stop reason %s', (reason, finish) => {
  expect(value({ stop_reason: reason })).toMatchObject({ choices: [{ finish_reason: finish, message: { content: null } }] });
});

test('calls keep their place, and their own names', () => {
  const content = [
    { type: 'text', text: 'a' },
    { type: 'tool_use', id: 't1', name: 'x_y', input: { q: 'é' }, caller: { type: 'direct' } },
  ];
  const chat = { tools: [{ type: 'function', function: { name: 'x/y' } }] };
  expect(value({ content }, chat)).toMatchObject({
    choices: [
      {
        message: {
          tool_calls: [
            { index: 1, id: 't1', type: 'function', function: { name: 'x/y', arguments: '{"q": "\\u00e9"}' }, caller: { type: 'direct' } },
          ],
        },
      },
    ],
  });
});

test('thinking is shown as text and as blocks to send back', () => {
  const blocks = [
    { type: 'thinking', thinking: 'hm', signature: 's' },
    { type: 'redacted_thinking', data: 'd' },
  ];
  expect(value({ content: blocks })).toMatchObject({
    choices: [{ message: { reasoning_content: 'hm', thinking_blocks: blocks, provider_specific_fields: { thinking_blocks: blocks } } }],
  });
});

describe('the JSON tool', () => {
  const chat = { response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } } };
  const json = { type: 'tool_use', id: 't1', name: 'json_tool_call', input: { values: { a: 1 } } };
  const other = { type: 'tool_use', id: 't2', name: 'find', input: {} };

  test('alone is the answer', () => {
    expect(value({ content: [json], stop_reason: 'tool_use' }, chat, OLD_PLAN)).toMatchObject({
      choices: [{ finish_reason: 'stop', message: { content: '{"a": 1}' } }],
    });
  });

  test('is the answer of a model with structured output of its own too', () => {
    expect(value({ content: [json], stop_reason: 'tool_use' }, chat)).toMatchObject({
      choices: [{ finish_reason: 'stop', message: { content: '{"a": 1}' } }],
    });
  });

  test('beside other calls is text', () => {
    expect(value({ content: [{ type: 'text', text: 'so ' }, json, other], stop_reason: 'tool_use' }, chat, OLD_PLAN)).toMatchObject({
      choices: [{ finish_reason: 'tool_calls', message: { content: 'so {"a": 1}', tool_calls: [{ function: { name: 'find' } }] } }],
    });
  });

  test('is a call like others when no schema was forced', () => {
    expect(value({ content: [json] })).toMatchObject({
      choices: [{ message: { tool_calls: [{ function: { name: 'json_tool_call' } }] } }],
    });
  });
});

test('what the provider’s own tools found stands beside the text', () => {
  const content = [
    { type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'q' } },
    { type: 'web_search_tool_result', tool_use_id: 's1', content: [{ type: 'web_search_result', url: 'u' }] },
    { type: 'server_tool_use', id: 's2', name: 'bash_code_execution', input: { command: 'ls' } },
    { type: 'bash_code_execution_tool_result', tool_use_id: 's2', content: { stdout: 'o', stderr: 'e' } },
    { type: 'server_tool_use', id: 's3', name: 'tool_search_tool_regex', input: {} },
    { type: 'tool_search_tool_result', tool_use_id: 's3', content: [] },
    { type: 'compaction', content: 'c' },
  ];
  const made = value({ content, container: { id: 'box' } });
  expect(made).toMatchObject({
    choices: [
      {
        message: {
          provider_specific_fields: {
            web_search_results: [content[1]],
            web_search_calls: [{ id: 'ws_s1', status: 'completed', action: { query: 'q', sources: [{ type: 'url', url: 'u' }] } }],
            tool_results: [content[3]],
            code_interpreter_results: [{ id: 's2', code: 'ls', container_id: 'box', outputs: [{ type: 'logs', logs: 'oSTDERR: e' }] }],
            container: { id: 'box' },
            compaction_blocks: [content[6]],
          },
        },
      },
    ],
    usage: { server_tool_use: { tool_search_requests: 1 } },
  });
});

test('what was to be continued stands before the answer', () => {
  const chat = { messages: [{ role: 'assistant', content: 'Once ', prefix: true }] };
  expect(value({ content: [{ type: 'text', text: 'upon' }] }, chat)).toMatchObject({ choices: [{ message: { content: 'Once upon' } }] });
  expect(value({ content: [{ type: 'text', text: 'Once more' }] }, chat)).toMatchObject({
    choices: [{ message: { content: 'Once more' } }],
  });
});

function thinking(words: string): readonly JsonValue[] {
  return [{ type: 'thinking', thinking: words, signature: 's' }];
}

function completionDetails(members: JsonObject): JsonValue | undefined {
  const { usage } = value(members);
  return isObject(usage) ? usage['completion_tokens_details'] : undefined;
}

describe('usage', () => {
  test('counts the cache among the prompt', () => {
    const usage = {
      ...USAGE,
      cache_creation_input_tokens: 3,
      cache_read_input_tokens: 4,
      cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 2 },
      service_tier: 'standard',
    };
    expect(value({ usage })['usage']).toEqual({
      prompt_tokens: 17,
      completion_tokens: 20,
      total_tokens: 37,
      prompt_tokens_details: {
        cached_tokens: 4,
        cache_write_tokens: 3,
        cache_creation_tokens: 3,
        text_tokens: 10,
        cache_creation_token_details: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 2 },
      },
      completion_tokens_details: { reasoning_tokens: 0, text_tokens: 20 },
      cache_creation_input_tokens: 3,
      cache_read_input_tokens: 4,
      service_tier: 'standard',
    });
  });

  test('adds up the rounds of an answer', () => {
    const round = {
      input_tokens: 5,
      output_tokens: 6,
      cache_creation_input_tokens: 4,
      cache_creation: { ephemeral_1h_input_tokens: 1 },
      output_tokens_details: { thinking_tokens: 2 },
    };
    expect(value({ usage: { ...USAGE, iterations: [round, round] } })['usage']).toMatchObject({
      prompt_tokens: 18,
      completion_tokens: 12,
      prompt_tokens_details: { cache_creation_token_details: { ephemeral_5m_input_tokens: 6, ephemeral_1h_input_tokens: 2 } },
      completion_tokens_details: { reasoning_tokens: 4, text_tokens: 8 },
    });
  });

  test('takes the provider’s count of thinking, else estimates it, never beyond the answer', () => {
    expect(completionDetails({ usage: { ...USAGE, output_tokens_details: { thinking_tokens: 99 } } })).toEqual({
      reasoning_tokens: 20,
      text_tokens: 0,
    });
    expect(completionDetails({ content: thinking('x'.repeat(40)) })).toEqual({ reasoning_tokens: 10, text_tokens: 10 });
    expect(completionDetails({ content: thinking('') })).toEqual({});
  });

  test('is absent when the provider counted nothing', () => {
    expect(value({ usage: null })).not.toHaveProperty('usage');
  });
});

test.each([
  ['no JSON', '<html>', 'bad-upstream'],
  ['null', 'null', 'bad-upstream'],
  ['an empty object', '{}', 'bad-upstream'],
  ['an error', '{"type":"error","error":{"type":"api_error","message":"oh"}}', 'upstream-refused'],
])('%s in place of an answer', (_name, body, kind) => {
  expect(toChatCompletion({ status: 200, headers: {}, body }, PLAN, AMBIENT, {})).toMatchObject({ ok: false, error: { kind } });
});

test('no answer makes it throw', () => {
  const block = fc.record(
    {
      type: fc.constantFrom('text', 'tool_use', 'server_tool_use', 'thinking', 'web_search_tool_result', 'x'),
      text: fc.jsonValue(),
      name: fc.jsonValue(),
      input: fc.jsonValue(),
      citations: fc.jsonValue(),
      content: fc.jsonValue(),
    },
    { requiredKeys: ['type'] },
  );
  const answer = fc.record(
    {
      content: fc.oneof(fc.array(block), fc.jsonValue()),
      usage: fc.jsonValue(),
      stop_reason: fc.jsonValue(),
      container: fc.jsonValue(),
      error: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(answer, fc.jsonValue()), (given) => {
      toChatCompletion({ status: 200, headers: {}, body: JSON.stringify(given) }, PLAN, AMBIENT, {});
    }),
    { numRuns: 500 },
  );
});
