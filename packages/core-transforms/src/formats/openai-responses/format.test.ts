import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import { anyResponsesEvents, toSse } from '../../../test/responses-events.ts';
import { runMachine, type MachineRun } from '../../../test/run-machine.ts';
import { chooseTransform } from '../../call/choose-transform.ts';
import type { JsonObject } from '../../contract/json.ts';
import { toRawObject } from '../../json/raw-object.ts';
import { needsResponses } from './bridge.ts';
import { openaiResponsesFormat } from './format.ts';

const MODEL = 'xai/grok-4';
const PLAN = makePlan(MODEL);
const HELLO = [{ role: 'user', content: 'a' }];
const INPUT = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'a' }] }];
const FUNCTION = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };

function bodyTo(chat: JsonObject, model = 'openai/gpt-5', wishes: PlanWishes = {}): JsonObject | string {
  const body = openaiResponsesFormat.request(deepFreeze({ messages: HELLO, ...chat }), makePlan(model, wishes), AMBIENT, {});
  return body.ok ? JSON.parse(JSON.stringify(body.value)) : body.error.kind;
}

describe('chat over the responses API', () => {
  const tools = [FUNCTION];

  test.each<[string, JsonObject, PlanWishes | undefined, boolean]>([
    ['xai/grok-4', {}, undefined, false],
    ['xai/grok-4', { web_search_options: {} }, undefined, true],
    ['xai/grok-4', {}, { settings: { defaults: { web_search_options: {} } } }, true],
    ['groq/llama', { web_search_options: {} }, undefined, false],
    ['openai/gpt-5', { tools }, undefined, false],
    ['openai/gpt-5', { reasoning_effort: 'low', reasoning_summary: 'auto' }, undefined, true],
    ['openai/gpt-5-pro', {}, undefined, true],
    ['openai/responses/mine', {}, undefined, true],
    ['openai/gpt-5.4', { tools }, undefined, true],
    ['openai/gpt-5.4', { tools }, { apiBase: 'https://own.test/v1' }, false],
    ['openai/gpt-5.4', { tools, reasoning_effort: 'low' }, { apiBase: 'https://own.test/v1' }, true],
    ['openai/gpt-5.4', { tools, reasoning_effort: 'none' }, undefined, false],
    ['openai/gpt-5.4', { tools: [{ type: 'custom', custom: { name: 'c' } }] }, undefined, false],
    ['azure_ai/gpt-5-pro', {}, { apiBase: 'https://r.services.ai.azure.com' }, true],
    ['azure_ai/gpt-5-pro', {}, { apiBase: 'https://own.test' }, false],
    ['azure/gpt-5.4', { tools }, { apiBase: 'https://r.test' }, true],
    ['perplexity/openai/gpt-5.1', {}, undefined, true],
    ['perplexity/sonar-pro', {}, undefined, false],
  ])('%s %j %j: %s', (model, chat, wishes, expected) => {
    expect(needsResponses(chat, makePlan(model, wishes))).toBe(expected);
  });

  test.each([
    [{ web_search_options: {} }, 'https://api.x.ai/v1/responses'],
    [{}, 'https://api.x.ai/v1/chat/completions'],
  ])('%j goes to %s, whoever asks', (chat, url) => {
    for (const dialect of ['openai-chat', 'anthropic-messages'] as const) {
      const plan = makePlan(MODEL, { dialect });
      const transform = chooseTransform(plan);
      if (!transform.ok) throw new Error(dialect);
      const search =
        Object.keys(chat).length > 0 && dialect === 'anthropic-messages'
          ? { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }
          : chat;
      const body = toRawObject({ model: 'group', max_tokens: 5, messages: HELLO, ...search });
      expect(transform.value.request({ body, headers: {} }, plan, AMBIENT)).toMatchObject({ ok: true, value: { url } });
    }
  });
});

test('extra headers of a chat go along', () => {
  const { headers } = openaiResponsesFormat.endpoint(makePlan(MODEL), {}, {}, { extra_headers: { 'X-A': 'b', authorization: 'c' } });
  expect(headers).toMatchObject({ 'x-a': 'b' });
  expect(headers).not.toHaveProperty('authorization');
});

function addressOf(apiBase: string, model = 'azure_ai/grok-4'): string {
  const plan = makePlan(model, { dialect: 'openai-responses', apiBase });
  const transform = chooseTransform(plan);
  const call = { body: toRawObject({ model, input: 'a' }), headers: {} };
  const asked = transform.ok ? transform.value.request(call, plan, AMBIENT) : transform;
  return asked.ok ? asked.value.url.replace(/\?.*$/u, '') : asked.error.kind;
}

test('one resource of Azure serves it natively, another host does not', () => {
  expect(addressOf('https://r.services.ai.azure.com')).toBe('https://r.services.ai.azure.com/openai/v1/responses');
  expect(addressOf('https://own.test')).toBe('https://own.test/chat/completions');
  expect(addressOf('https://r.services.ai.azure.com', 'azure_ai/model_router/m')).toMatch(/\/chat\/completions$/u);
});

describe('a request', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['limits', { max_tokens: 50 }, { max_output_tokens: 50 }],
    ['an effort', { reasoning_effort: 'low' }, { reasoning: { effort: 'low' } }],
    ['a verbosity', { verbosity: 'low' }, { text: { verbosity: 'low' } }],
    [
      'a schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: {} } } },
      { text: { format: { type: 'json_schema', name: 'n', schema: {}, strict: false } } },
    ],
    ['JSON', { response_format: { type: 'json_object' } }, { text: { format: { type: 'json_object' } } }],
    [
      'tools',
      { tools: [FUNCTION], tool_choice: { type: 'function', function: { name: 'f' } } },
      {
        tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: null, description: null }],
        tool_choice: { type: 'function', name: 'f' },
      },
    ],
    [
      'a custom tool',
      { tools: [{ type: 'custom', custom: { name: 'c', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'd' } } } }] },
      { tools: [{ type: 'custom', name: 'c', format: { type: 'grammar', syntax: 'lark', definition: 'd' } }] },
    ],
    ['a long name of a user', { user: 'u'.repeat(70) }, { user: 'u'.repeat(64) }],
    ['what this API has beyond chat', { extra_body: { truncation: 'auto', unknown: 1 } }, { truncation: 'auto' }],
  ])('%s', (_, chat, expected) => {
    expect(bodyTo(chat)).toStrictEqual({ model: 'gpt-5', input: INPUT, stream: false, ...expected });
  });

  test('a search is a tool', () => {
    const asked = { web_search_options: { search_context_size: 'low' } };
    expect(bodyTo(asked, MODEL)).toStrictEqual({ model: 'grok-4', input: INPUT, stream: false, tools: [{ type: 'web_search' }] });
  });

  test.each<[string, readonly JsonObject[], JsonObject]>([
    ['system messages', [{ role: 'system', content: 's' }, ...HELLO], { instructions: 's', input: INPUT }],
    [
      'nothing but a system message',
      [{ role: 'system', content: 's' }],
      { input: [{ type: 'message', role: 'system', content: [{ type: 'input_text', text: 's' }] }] },
    ],
    [
      'parts',
      [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: 'data:x' } },
            { type: 'file', file: { file_id: 'file-1' } },
          ],
        },
      ],
      {
        input: [
          {
            type: 'message',
            role: 'user',
            content: [
              { type: 'input_image', image_url: 'data:x', detail: 'auto' },
              { type: 'input_file', file_id: 'file-1' },
            ],
          },
        ],
      },
    ],
    [
      'calls, results and reasoning',
      [
        {
          role: 'assistant',
          content: 'b',
          reasoning_items: [{ id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'enc' }],
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'r' },
      ],
      {
        input: [
          { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'enc' },
          { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'b' }] },
          { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
          { type: 'function_call_output', call_id: 'call_1', output: [{ type: 'input_text', text: 'r' }] },
        ],
      },
    ],
  ])('%s', (_, messages, expected) => {
    expect(bodyTo({ messages })).toStrictEqual({ model: 'gpt-5', stream: false, ...expected });
  });

  test('parameters the model does not take are refused as in chat', () => {
    expect(bodyTo({ presence_penalty: 1 })).toBe('unsupported-params');
    expect(bodyTo({ temperature: 0.1 })).toBe('unsupported-params');
  });

  test('whatever it holds: an outcome, and nothing of it mutated', () => {
    const part = fc.record(
      {
        type: fc.constantFrom('text', 'image_url', 'file', 'input_text', 'x'),
        text: fc.jsonValue(),
        image_url: fc.jsonValue(),
        file: fc.jsonValue(),
      },
      { requiredKeys: ['type'] },
    );
    const anyMessage = fc.record(
      {
        role: fc.constantFrom('system', 'user', 'assistant', 'tool', 'x'),
        content: fc.oneof(fc.string(), fc.array(part, { maxLength: 2 }), fc.jsonValue()),
        tool_calls: fc.jsonValue(),
        reasoning_items: fc.jsonValue(),
      },
      { requiredKeys: ['role'] },
    );
    const anyChat = fc.record(
      {
        messages: fc.oneof(fc.array(anyMessage, { maxLength: 3 }), fc.jsonValue()),
        tools: fc.oneof(fc.constant([FUNCTION]), fc.jsonValue()),
        tool_choice: fc.jsonValue(),
        response_format: fc.jsonValue(),
        reasoning_effort: fc.jsonValue(),
        extra_body: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anyChat, (given) => {
        const chat: JsonObject = deepFreeze(JSON.parse(JSON.stringify(given)));
        expect(typeof openaiResponsesFormat.request(chat, PLAN, AMBIENT, {}).ok).toBe('boolean');
        expect(typeof needsResponses(chat, makePlan('openai/gpt-5.4'))).toBe('boolean');
      }),
      { numRuns: 300 },
    );
  });
});

function answerTo(response: JsonObject): JsonObject | string {
  const answer = { status: 200, headers: {}, body: JSON.stringify({ id: 'resp_1', status: 'completed', created_at: 5, ...response }) };
  const chat = openaiResponsesFormat.response(answer, PLAN, AMBIENT, {});
  return chat.ok ? chat.value : chat.error.kind;
}

function message(...content: readonly JsonObject[]): JsonObject {
  return { type: 'message', content };
}

describe('an answer', () => {
  test('is a completion of one choice', () => {
    const citation = { type: 'url_citation', start_index: 0, end_index: 1, url: 'https://a.test' };
    const output = [
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'r' }] },
      message({ type: 'output_text', text: 'ab' }, { type: 'output_text', text: 'c', annotations: [citation] }),
      { type: 'function_call', id: 'fc_1', call_id: 'call_x', name: 'f', arguments: '{}' },
      { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_1', name: 'c', input: 'x' },
    ];
    expect(answerTo({ output, service_tier: 'default', usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 } })).toMatchObject({
      id: 'resp_1',
      object: 'chat.completion',
      created: 5,
      model: 'grok-4',
      service_tier: 'default',
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: 'abc',
            annotations: [{ ...citation, start_index: 2, end_index: 3 }],
            reasoning_content: 'r',
            reasoning_items: [{ id: 'rs_1' }],
            tool_calls: [
              { id: 'call_x', function: { name: 'f', arguments: '{}' } },
              { id: 'ctc_1', function: { name: 'c', arguments: 'x' } },
            ],
          },
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    });
  });

  test.each<[JsonObject, string]>([
    [{ output: [message({ type: 'output_text', text: 'a' })] }, 'stop'],
    [{ status: 'incomplete', output: [] }, 'length'],
    [{ status: 'incomplete', incomplete_details: { reason: 'content_filter' }, output: [] }, 'content_filter'],
  ])('%j ends for %s', (response, reason) => {
    expect(answerTo(response)).toMatchObject({ choices: [{ finish_reason: reason }] });
  });

  test.each<[JsonObject, string]>([
    [{ output: [] }, 'bad-upstream'],
    [{}, 'bad-upstream'],
    [{ status: 'failed', output: [], error: { code: 'server_error', message: 'no' } }, 'upstream-refused'],
  ])('%j is %s', (response, kind) => {
    expect(answerTo(response)).toBe(kind);
  });
});

function run(events: readonly JsonObject[]): MachineRun<JsonObject> {
  return runMachine(openaiResponsesFormat.stream(PLAN, {}), [toSse(events)]);
}

describe('a stream', () => {
  test('becomes chunks', () => {
    const { out, error } = run([
      { type: 'response.created', response: { id: 'resp_1', service_tier: 'auto' } },
      { type: 'response.reasoning_summary_text.delta', delta: 'r' },
      { type: 'response.output_text.delta', delta: 'a' },
      { type: 'response.output_item.added', output_index: 2, item: { type: 'function_call', id: 'fc_1', call_id: 'call_x', name: 'f' } },
      { type: 'response.function_call_arguments.delta', output_index: 2, delta: '{}' },
      {
        type: 'response.completed',
        response: {
          id: 'resp_1',
          status: 'completed',
          output: [{ type: 'function_call' }],
          usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
        },
      },
    ]);
    expect(error).toBeUndefined();
    expect(out.every((chunk) => chunk['id'] === 'resp_1' && chunk['service_tier'] === 'auto')).toBe(true);
    expect(out.map(({ choices, usage }) => ({ choices, usage }))).toMatchObject([
      { choices: [{ delta: { reasoning_content: 'r' } }] },
      { choices: [{ delta: { content: 'a' } }] },
      { choices: [{ delta: { tool_calls: [{ index: 0, id: 'call_x', function: { name: 'f', arguments: '' } }] } }] },
      { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '{}' } }] } }] },
      { choices: [{ finish_reason: 'tool_calls' }], usage: { prompt_tokens: 1, completion_tokens: 2 } },
    ]);
  });

  test('whatever comes: no throw, one end, and the same however it was cut', () => {
    fc.assert(
      fc.property(anyResponsesEvents, (events) => {
        const { out, error } = run(events);
        expect(runMachine(openaiResponsesFormat.stream(PLAN, {}), [...toSse(events)])).toEqual({ out, error });
        const finished = out.filter(({ choices }) => /"finish_reason":"/u.test(JSON.stringify(choices)));
        expect(finished.length + (error === undefined ? 0 : 1)).toBe(1);
      }),
      { numRuns: 300 },
    );
  }, 30_000);
});
