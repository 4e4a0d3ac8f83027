import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { toMessagesBody } from './request.ts';

const BUDGET_MODEL = 'anthropic/claude-sonnet-4-5';
const ADAPTIVE_MODEL = 'anthropic/claude-opus-4-7';
const OLD_MODEL = 'anthropic/claude-3-5-sonnet-20241022';
const QUESTION = { role: 'user', content: 'Well?' };

function outcome(members: JsonObject, model = BUDGET_MODEL, wishes: PlanWishes = {}): ReturnType<typeof toMessagesBody> {
  return toMessagesBody(deepFreeze({ model: 'group', messages: [QUESTION], ...members }), deepFreeze(makePlan(model, wishes)), AMBIENT);
}

function body(members: JsonObject, model?: string, wishes?: PlanWishes): Record<string, JsonValue> {
  const made = outcome(members, model, wishes);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return JSON.parse(JSON.stringify(made.value));
}

test('the default for max_tokens is the most the model can say, and 4096 for a model nobody knows', () => {
  expect(body({})).toEqual({
    model: 'claude-sonnet-4-5',
    max_tokens: 64_000,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Well?' }] }],
  });
  expect(body({}, 'anthropic/some-model')['max_tokens']).toBe(4096);
});

test.each<[string, JsonObject, JsonObject]>([
  ['max_completion_tokens', { max_completion_tokens: 7 }, { max_tokens: 7 }],
  ['a broken number of tokens', { max_tokens: 6.6 }, { max_tokens: 7 }],
  ['one stop', { stop: 'END' }, { stop_sequences: ['END'] }],
  ['more than four stops', { stop: ['1', '2', '3', '4', '5'] }, { stop_sequences: ['1', '2', '3', '4'] }],
  ['a user', { user: 'u-1' }, { metadata: { user_id: 'u-1' } }],
  ['an e-mail address as user', { user: 'a@example.com' }, {}],
  ['a telephone number as user', { user: '+44 20 7946 0000' }, {}],
  ['metadata beside a user', { user: 'u-1', metadata: { user_id: 'm-1', trace: 't' } }, { metadata: { user_id: 'm-1' } }],
  ['members nobody knows', { brand_new: { x: [1] } }, { brand_new: { x: [1] } }],
  ['nulls', { temperature: null, tools: null, stop: null, brand_new: null }, {}],
  ['n: 1', { n: 1 }, {}],
  ["the gateway's own members", { tags: ['x'], num_retries: 3, cache: {}, metadata: { tags: [] } }, {}],
  ['extra_body', { extra_body: { a: 1 } }, { extra_body: { a: 1 } }],
  [
    'compaction in OpenAI words',
    { context_management: [{ type: 'compaction', compact_threshold: 9, x: 1 }] },
    { context_management: { edits: [{ type: 'compact_20260112', trigger: { type: 'input_tokens', value: 9 }, x: 1 }] } },
  ],
  ['edits', { context_management: { edits: [] } }, { context_management: { edits: [] } }],
])('%s', (_name, given, expected) => {
  const { model: _model, messages: _messages, max_tokens: maxTokens, ...rest } = body(given);
  expect({ ...rest, ...('max_tokens' in expected && { max_tokens: maxTokens }) }).toEqual(expected);
});

describe('thinking', () => {
  test.each<[string, JsonObject, string, JsonObject]>([
    ['an effort', { reasoning_effort: 'high' }, BUDGET_MODEL, { thinking: { type: 'enabled', budget_tokens: 4096 }, max_tokens: 8192 }],
    [
      'the least effort',
      { reasoning_effort: 'minimal' },
      BUDGET_MODEL,
      { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 5120 },
    ],
    [
      'an effort as an object',
      { reasoning_effort: { effort: 'low', summary: 'auto' } },
      BUDGET_MODEL,
      { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 5120 },
    ],
    [
      'an effort, adaptive',
      { reasoning_effort: 'minimal' },
      ADAPTIVE_MODEL,
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'low' }, max_tokens: 128_000 },
    ],
    ['no effort', { reasoning_effort: 'none' }, ADAPTIVE_MODEL, { max_tokens: 128_000 }],
    [
      'a budget',
      { thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 3000 },
      BUDGET_MODEL,
      { thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 3000 },
    ],
    [
      'a budget, adaptive',
      { thinking: { type: 'enabled', budget_tokens: 5000, display: 'omitted' } },
      ADAPTIVE_MODEL,
      { thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'high' }, max_tokens: 128_000 },
    ],
    [
      'adaptive for a model with budgets',
      { thinking: { type: 'adaptive' }, max_tokens: 1500 },
      BUDGET_MODEL,
      { thinking: { type: 'enabled', budget_tokens: 1499 }, max_tokens: 1500 },
    ],
    ['adaptive where no budget fits', { thinking: { type: 'adaptive' }, max_tokens: 900 }, BUDGET_MODEL, { max_tokens: 900 }],
    [
      'thinking beats an effort',
      { thinking: { type: 'enabled', budget_tokens: 1024 }, reasoning_effort: 'max', max_tokens: 5 },
      BUDGET_MODEL,
      { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 5 },
    ],
  ])('%s', (_name, given, model, expected) => {
    const { model: _model, messages: _messages, ...rest } = body(given, model);
    expect(rest).toEqual(expected);
  });

  test('an effort nobody knows is refused', () => {
    expect(outcome({ reasoning_effort: 'enormous' })).toMatchObject({ ok: false, error: { kind: 'bad-request' } });
    expect(outcome({ output_config: { effort: 'enormous' } })).toMatchObject({ ok: false, error: { kind: 'bad-request' } });
    expect(outcome({ output_config: { effort: 'max' } })).toMatchObject({ ok: false, error: { kind: 'bad-request' } });
  });

  test('under modify_params it goes when calls come without the thinking that led to them', () => {
    const calls = [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{}' } }];
    const messages = [
      QUESTION,
      { role: 'assistant', content: null, tool_calls: calls },
      { role: 'tool', tool_call_id: 'c1', content: 'x' },
    ];
    const given = { messages, thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 2048 };
    expect(body(given)['thinking']).toBeDefined();
    expect(body(given, BUDGET_MODEL, { settings: { modifyParams: true } })['thinking']).toBeUndefined();
  });
});

describe('parameters a model does not take', () => {
  test('are refused by name', () => {
    expect(outcome({ logprobs: true, seed: 1 })).toMatchObject({
      ok: false,
      error: { kind: 'unsupported-params', params: ['seed', 'logprobs'] },
    });
    expect(outcome({ reasoning_effort: 'low' }, OLD_MODEL)).toMatchObject({ error: { params: ['reasoning_effort'] } });
  });

  test('are left out under drop_params, the deployment’s or the call’s', () => {
    expect(body({ logprobs: true }, BUDGET_MODEL, { settings: { dropParams: true } })).not.toHaveProperty('logprobs');
    expect(body({ logprobs: true, drop_params: true })).not.toHaveProperty('logprobs');
  });

  test('pass when they are allowed all the same', () => {
    expect(body({ logit_bias: { 1: 1 }, allowed_openai_params: ['logit_bias'] })['logit_bias']).toEqual({ 1: 1 });
  });

  test('sampling is refused by models that lost it, but for temperature 1', () => {
    expect(outcome({ temperature: 0.5 }, ADAPTIVE_MODEL)).toMatchObject({ error: { kind: 'unsupported-params', params: ['temperature'] } });
    expect(outcome({ top_k: 5 }, ADAPTIVE_MODEL)).toMatchObject({ error: { params: ['top_k'] } });
    expect(body({ temperature: 1 }, ADAPTIVE_MODEL)['temperature']).toBe(1);
    expect(body({ temperature: 0.5, top_k: 5 }, ADAPTIVE_MODEL, { settings: { dropParams: true } })).toMatchObject({ max_tokens: 128_000 });
  });

  test('speed is refused where there is no fast mode', () => {
    expect(outcome({ speed: 'fast' })).toMatchObject({ error: { kind: 'unsupported-params', params: ['speed'] } });
  });
});

describe('response_format', () => {
  const schema = {
    type: 'object',
    properties: { n: { type: 'integer', minimum: 1 }, f: { $ref: '#/$defs/F' } },
    $defs: { F: { type: 'string' } },
  };
  const format = { type: 'json_schema', json_schema: { name: 'x', schema } };

  test('is the provider’s own where the model has it', () => {
    expect(body({ response_format: format })['output_format']).toEqual({
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: { n: { type: 'integer', description: 'Note: minimum value: 1.' }, f: { type: 'string' } },
        additionalProperties: false,
      },
    });
  });

  test('is a forced tool elsewhere, before the client’s tools', () => {
    const tools = [{ type: 'function', function: { name: 'find' } }];
    const made = body({ response_format: format, tools }, OLD_MODEL);
    expect(made['tool_choice']).toEqual({ type: 'tool', name: 'json_tool_call' });
    expect(made['tools']).toMatchObject([{ name: 'json_tool_call', input_schema: { type: 'object' } }, { name: 'find' }]);
    expect(body({ response_format: format, tools, tool_choice: 'auto' }, OLD_MODEL)['tool_choice']).toEqual({ type: 'auto' });
  });

  test('says nothing without a schema', () => {
    expect(body({ response_format: { type: 'json_object' } })).toEqual(body({}));
    expect(body({ response_format: { type: 'text' } }, OLD_MODEL)).toEqual(body({}, OLD_MODEL));
  });
});

test('deployment defaults give way to the client, paths in additional_drop_params lead into the body', () => {
  const settings = { defaults: { temperature: 0.1, top_p: 0.2 }, additionalDropParams: ['tools[*].description'] };
  const tools = [{ type: 'function', function: { name: 'find', description: 'long' } }];
  const made = body({ temperature: 0.9, tools }, BUDGET_MODEL, { settings });
  expect(made).toMatchObject({ temperature: 0.9, top_p: 0.2 });
  expect(made['tools']).toEqual([{ name: 'find', type: 'custom', input_schema: { type: 'object', properties: {} } }]);
});

test('names the provider refuses are changed everywhere, each to one of its own', () => {
  const tools = ['a/b', 'a_b', 'a.b'].map((name) => ({ type: 'function', function: { name } }));
  const calls = [{ id: 'c1', type: 'function', function: { name: 'a/b', arguments: '{}' } }];
  const messages = [QUESTION, { role: 'assistant', tool_calls: calls }, { role: 'tool', tool_call_id: 'c1', content: 'x' }];
  const made = body({ tools, messages, tool_choice: { type: 'function', function: { name: 'a.b' } } });
  expect(made['tools']).toMatchObject([{ name: 'a_b_2' }, { name: 'a_b' }, { name: 'a_b_3' }]);
  expect(made['tool_choice']).toEqual({ type: 'tool', name: 'a_b_3' });
  expect(JSON.stringify(made['messages'])).toContain('"name":"a_b_2"');
});

test('a history with calls declares a tool even when the request has none; an uploaded file brings code execution along', () => {
  const calls = [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{}' } }];
  const messages = [QUESTION, { role: 'assistant', tool_calls: calls }, { role: 'tool', tool_call_id: 'c1', content: 'x' }];
  expect(body({ messages })['tools']).toMatchObject([{ name: 'dummy_tool' }]);
  const upload = [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file_1' } }] }];
  const tools = [{ type: 'function', function: { name: 'find' } }];
  expect(body({ messages: upload, tools })['tools']).toMatchObject([{ name: 'find' }, { type: 'code_execution_20250522' }]);
});

test.each<[string, JsonObject]>([
  ['no messages', { messages: null }],
  ['messages that are no list', { messages: 'hello' }],
  ['a message that is no object', { messages: ['hello'] }],
  ['nothing but a system prompt', { messages: [{ role: 'system', content: 'x' }] }],
  ['a role nobody knows', { messages: [{ role: 'narrator', content: 'x' }] }],
  ['a part nobody knows', { messages: [{ role: 'user', content: [{ type: 'hologram' }] }] }],
  ['tools that are no list', { tools: 'x' }],
  ['a tool choice without a function', { tools: [], tool_choice: { type: 'tool', name: 'x' } }],
])('%s: 400', (_name, given) => {
  expect(outcome(given)).toMatchObject({ ok: false, error: { kind: 'bad-request' } });
});

test('an image that has to be fetched is declined', () => {
  const messages = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://example.com/a.png' } }] }];
  expect(outcome({ messages })).toMatchObject({ ok: false, error: { kind: 'declined' } });
});
