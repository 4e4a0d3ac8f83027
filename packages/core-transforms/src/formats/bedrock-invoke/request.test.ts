import { describe, expect, test } from 'vitest';
import { AMBIENT, deepFreeze, makePlan, type PlanWishes } from '../../../test/make-plan.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Headers } from '../../contract/wire.ts';
import { chatEndpoint, messagesEndpoint } from './endpoint.ts';
import { bedrockNovaFormat } from './nova.ts';
import { toInvokeBody, toInvokeMembers } from './request.ts';

const CLAUDE = 'invoke/us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const ADAPTIVE = 'us.anthropic.claude-opus-4-6-v1';
const OLD = 'anthropic.claude-3-haiku-20240307-v1:0';
const QUESTION = { role: 'user', content: 'Well?' };
const BASE = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 5 };
const SCHEMA = { type: 'object', properties: {}, additionalProperties: false };

function plan(model: string, wishes: PlanWishes = {}): ReturnType<typeof makePlan> {
  return deepFreeze(makePlan(`bedrock/${model}`, wishes));
}

function chatBody(members: JsonObject, model = CLAUDE, headers: Headers = {}, wishes: PlanWishes = {}): JsonObject {
  const chat = deepFreeze({ messages: [QUESTION], max_tokens: 5, ...members });
  const made = toInvokeBody(chat, plan(model, wishes), AMBIENT, headers);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return JSON.parse(JSON.stringify(made.value));
}

function messagesBody(members: JsonObject, model = CLAUDE, headers: Headers = {}): JsonObject {
  const made = toInvokeMembers(deepFreeze({ messages: [QUESTION], max_tokens: 5, ...members }), plan(model), headers);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return JSON.parse(JSON.stringify(made.value));
}

describe('from a chat', () => {
  test("Anthropic's body without model and stream; what nobody knows joins it", () => {
    expect(chatBody({ extra_body: { a: 1 }, guardrailConfig: {}, model_id: 'x' }, CLAUDE, {}, { stream: true })).toEqual({
      ...BASE,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Well?' }] }],
      a: 1,
    });
  });

  test('betas: those that came, and those Bedrock has for what is asked', () => {
    const tools = [
      { type: 'computer_20250124', function: { name: 'computer', parameters: { display_width_px: 1, display_height_px: 1 } } },
    ];
    expect(chatBody({ tools }, CLAUDE, { 'anthropic-beta': 'own-1' })['anthropic_beta']).toEqual(['computer-use-2025-01-24', 'own-1']);
    expect(chatBody({}, CLAUDE, { 'anthropic-beta': '["own-2", "own-1"]' })['anthropic_beta']).toEqual(['own-1', 'own-2']);
  });

  test('efforts no stronger than Bedrock takes', () => {
    expect(chatBody({ reasoning_effort: 'xhigh' }, ADAPTIVE)).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'max' },
    });
  });

  test('a picture at an address is declined', () => {
    const content = [{ type: 'image_url', image_url: { url: 'https://a.test/b.png' } }];
    const chat = { messages: [{ role: 'user', content }] };
    expect(toInvokeBody(chat, plan(CLAUDE), AMBIENT)).toMatchObject({ ok: false, error: { kind: 'declined' } });
  });

  test('tools as Bedrock takes them', () => {
    const tools = [
      { type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' },
      { type: 'tool_search_tool_bm25_20251119', name: 'other' },
      { name: 'f', input_schema: { type: 'custom', properties: { a: { type: 'custom' } } }, custom: { defer_loading: true } },
    ];
    expect(chatBody({ tools })['tools']).toEqual([
      { type: 'tool_search_tool_regex', name: 'tool_search_tool_regex' },
      { name: 'f', input_schema: { type: 'object', properties: { a: { type: 'object' } } }, defer_loading: true },
    ]);
  });
});

describe("from a body in Anthropic's dialect", () => {
  test('only what InvokeModel takes goes on; a system prompt is blocks', () => {
    const more = { model: 'group', stream: true, system: 'S', container: 'c', service_tier: 'auto' };
    expect(messagesBody(more)).toEqual({ ...BASE, messages: [QUESTION], system: [{ type: 'text', text: 'S' }] });
    const note = { type: 'text', text: 'x-anthropic-billing-header: cc_version=1' };
    expect(messagesBody({ ...more, system: [note, { type: 'text', text: 'S' }] })).toMatchObject({ system: [{ text: 'S' }] });
  });

  test('a format is kept for models that know some, else told in words', () => {
    const output = { output_config: { format: { type: 'json_schema', schema: SCHEMA } } };
    expect(messagesBody(output)).toMatchObject(output);
    expect(messagesBody(output, OLD)).toEqual({
      ...BASE,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Well?' },
            { type: 'text', text: '{"type": "object", "properties": {}, "additionalProperties": false}' },
          ],
        },
      ],
    });
  });

  test('cache marks lose their scope, and their time where the model has none', () => {
    const mark = { type: 'ephemeral', ttl: '1h', scope: 'global' };
    const system = [{ type: 'text', text: 'S', cache_control: mark }];
    expect(messagesBody({ system })['system']).toMatchObject([{ cache_control: { type: 'ephemeral', ttl: '1h' } }]);
    expect(messagesBody({ system }, OLD)['system']).toEqual([{ type: 'text', text: 'S', cache_control: { type: 'ephemeral' } }]);
  });

  test('an edit that clears thinking becomes thinking, others that are known stay', () => {
    const clear = { type: 'clear_thinking_20251015' };
    const tools = { type: 'clear_tool_uses_20250919' };
    expect(messagesBody({ max_tokens: 4000, context_management: { edits: [clear, tools] } })).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: 1024 },
      context_management: { edits: [tools] },
      anthropic_beta: ['context-management-2025-06-27'],
    });
    expect(messagesBody({ max_tokens: 4000, context_management: { edits: [clear] } }, ADAPTIVE)).toMatchObject({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'low' },
    });
    expect(messagesBody({ context_management: { edits: [clear] } })).not.toHaveProperty('thinking');
  });

  test('tools have names; a web search is refused', () => {
    expect(messagesBody({ tools: [{ input_schema: {} }] })['tools']).toEqual([{ input_schema: {}, name: 'litellm_unnamed_tool_0' }]);
    const tools = [{ type: 'web_search_20250305', name: 'web_search' }];
    expect(toInvokeMembers({ messages: [QUESTION], max_tokens: 5, tools }, plan(CLAUDE), {})).toMatchObject({
      error: { kind: 'bad-request' },
    });
  });

  test('betas that Bedrock does not know stay behind', () => {
    const headers = { 'anthropic-beta': 'context-1m-2025-08-07,advanced-tool-use-2025-11-20,new-1' };
    expect(messagesBody({}, CLAUDE, headers)['anthropic_beta']).toEqual(['context-1m-2025-08-07', 'tool-search-tool-2025-10-19']);
    expect(messagesEndpoint(plan(CLAUDE), {}, { ...headers, 'anthropic-version': 'v' })).toMatchObject({
      headers: { 'anthropic-version': 'v' },
      merged: { 'anthropic-beta': 'context-1m-2025-08-07,tool-search-tool-2025-10-19' },
    });
  });
});

test.each<[string, JsonObject, PlanWishes, string]>([
  [CLAUDE, {}, {}, '/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke'],
  [CLAUDE, {}, { stream: true }, '/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke-with-response-stream'],
  [CLAUDE, { model_id: 'arn:aws:bedrock:us-east-1:1:x/y' }, {}, '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ax%2Fy/invoke'],
  ['invoke/arn:aws:bedrock:us-east-1:1:x/anthropic', {}, {}, '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ax%2Fanthropic/invoke'],
])('%s %j', (model, chat, wishes, path) => {
  const { url } = chatEndpoint(plan(model, { ...wishes, apiBase: 'http://h' }), {}, {}, chat);
  expect(url).toBe(`http://h${path}`);
});

test("a guardrail stands in headers, which an operator's own come before", () => {
  const chat = { guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1', trace: 'enabled' } };
  const extraHeaders = { 'x-amzn-bedrock-trace': 'DISABLED' };
  const settings = { extraHeaders };
  expect(chatEndpoint(plan(CLAUDE, { settings }), {}, {}, chat).headers).toEqual({
    'x-amzn-bedrock-guardrailidentifier': 'g',
    'x-amzn-bedrock-guardrailversion': '1',
    'x-amzn-bedrock-trace': 'DISABLED',
  });
});

test("Nova's own API: Converse's words, cache points inside the text before them", () => {
  const content = [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }];
  const nova = plan('invoke/us.amazon.nova-lite-v1:0', { apiBase: 'http://h' });
  const made = bedrockNovaFormat.request({ messages: [{ role: 'user', content }], max_tokens: 5, reasoning: 1 }, nova, AMBIENT);
  expect(made).toMatchObject({
    ok: true,
    value: { messages: [{ role: 'user', content: [{ text: 'a', cachePoint: { type: 'default' } }] }], inferenceConfig: { maxTokens: 5 } },
  });
  expect(made.ok && Object.keys(made.value)).toEqual(['messages', 'inferenceConfig']);
  expect(bedrockNovaFormat.endpoint(nova, {}, {}, {}).url).toBe('http://h/model/us.amazon.nova-lite-v1:0/invoke');
});
