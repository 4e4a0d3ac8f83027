import { expect, test } from 'vitest';
import type { JsonObject } from '../contract/json.ts';
import { AMBIENT, makePlan } from '../../test/make-plan.ts';
import { chooseTransform } from '../call/choose-transform.ts';
import { toRawObject } from '../json/raw-object.ts';
import { normalizeParams } from './normalize-params.ts';

const PLAN = makePlan('openai/gpt-4o');

const CASES: readonly [string, JsonObject, JsonObject][] = [
  ['a fifth stop sequence is cut off', { stop: ['1', '2', '3', '4', '5'] }, { stop: ['1', '2', '3', '4'] }],
  ['thinking: true', { thinking: true }, { thinking: { type: 'enabled', budget_tokens: 2048 } }],
  ['thinking: false', { thinking: false }, { thinking: null }],
  ['camel case', { thinking: { type: 'enabled', budgetTokens: 5 } }, { thinking: { type: 'enabled', budget_tokens: 5 } }],
  ['both cases', { thinking: { budgetTokens: 5, budget_tokens: 6 } }, { thinking: { budget_tokens: 6 } }],
  ['a choice as an object', { tool_choice: { type: 'auto' } }, { tool_choice: 'auto' }],
];

test.each(CASES)('%s', (_name, given, expected) => {
  expect(normalizeParams(given, PLAN)).toMatchObject({ ok: true, value: expected });
});

test('nothing to do gives the same object back', () => {
  const chat = { stop: 'x', tool_choice: { type: 'function', function: { name: 'f' } }, thinking: { type: 'adaptive' } };
  const outcome = normalizeParams(chat, PLAN);
  expect(outcome.ok && outcome.value).toBe(chat);
});

test.each([[{ type: 'tool', name: 'f' }], [3], [[]]])('a tool_choice of no known shape: %j', (choice) => {
  expect(normalizeParams({ tool_choice: choice }, PLAN)).toMatchObject({ ok: false, error: { kind: 'bad-request', path: '' } });
});

const SIGNED: JsonObject[] = [
  { role: 'user', content: 'a' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'c1__thought__sig', type: 'function' },
      { id: 'c2', type: 'function' },
    ],
  },
  { role: 'tool', tool_call_id: 'c1__thought__sig', content: 'b__thought__c' },
];

test('a signature in the id of a call is for Gemini alone', () => {
  const plain = normalizeParams({ messages: SIGNED }, PLAN);
  expect(plain).toMatchObject({
    ok: true,
    value: {
      messages: [
        SIGNED[0],
        { tool_calls: [{ id: 'c1', type: 'function' }, { id: 'c2' }] },
        { tool_call_id: 'c1', content: 'b__thought__c' },
      ],
    },
  });
});

test.each(['gemini/gemini-3.1-pro-preview', 'vertex_ai/gemini-2.5-flash', 'openrouter/google/gemini-3-pro'])('%s reads it', (model) => {
  const chat = { messages: SIGNED };
  const outcome = normalizeParams(chat, makePlan(model));
  expect(outcome.ok && outcome.value).toBe(chat);
});

test.each([
  'anthropic/claude-sonnet-4-5',
  'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'bedrock/amazon.nova-pro-v1:0',
  'cohere_chat/command-a',
  'ollama_chat/m',
  'groq/m',
])('%s gets ids without it', (model) => {
  const plan = makePlan(model, { apiBase: 'https://h.test' });
  const transform = chooseTransform(plan);
  const call: JsonObject = {
    ...SIGNED[1],
    tool_calls: [{ id: 'c1__thought__sig', type: 'function', function: { name: 'f', arguments: '{}' } }],
  };
  const body = toRawObject({ model: 'g', messages: SIGNED.with(1, call), tools: [{ type: 'function', function: { name: 'f' } }] });
  const asked = transform.ok ? transform.value.request({ body, headers: {} }, plan, AMBIENT) : transform;
  const sent = asked.ok ? asked.value.body : '';
  expect(typeof sent === 'string' ? sent : new TextDecoder().decode(sent)).not.toContain('__thought__sig');
  expect(asked.ok).toBe(true);
});

test('a Llama at Google does not', () => {
  const outcome = normalizeParams({ messages: SIGNED }, makePlan('vertex_ai/meta/llama-3.3-70b-instruct-maas'));
  expect(outcome.ok && JSON.stringify(outcome.value)).not.toContain('__thought__sig');
});
