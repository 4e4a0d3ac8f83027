import { expect, test } from 'vitest';
import { makePlan, type PlanWishes } from '../../test/make-plan.ts';
import type { JsonObject } from '../contract/json.ts';
import { openaiChatFormat } from '../formats/openai-chat/format.ts';
import { toProviderBody } from '../formats/openai-chat/request.ts';

const BASE = 'https://a.test';
const TOOL = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };
const SCHEMA = { type: 'json_schema', json_schema: { schema: { type: 'object' } } };

/** What is sent for a deployment; the kind of error where nothing is. */
function sent(model: string, chat: JsonObject, options: Record<string, string> = {}, wishes: PlanWishes = {}): JsonObject {
  const plan = makePlan(`azure/${model}`, { apiBase: BASE, ...wishes, settings: { options, ...wishes.settings } });
  const outcome = toProviderBody({ messages: [{ role: 'system', content: 's' }], ...chat }, plan);
  return outcome.ok ? outcome.value : { error: outcome.error.kind };
}

const CASES: readonly [string, JsonObject, object][] = [
  ['a deployment of any name takes a user', sent('ours', { user: 'u', max_tokens: 1 }), { user: 'u', max_tokens: 1, stream: false }],
  ['and no effort', sent('ours', { reasoning_effort: 'low' }), { error: 'unsupported-params' }],
  [
    'o-series, new limit and users for systems',
    sent('my-o3', { max_tokens: 1 }),
    { max_completion_tokens: 1, messages: [{ role: 'user' }] },
  ],
  ['o-series, one temperature', sent('my-o3', { temperature: 0 }), { error: 'unsupported-params' }],
  ['gpt-5, new limit', sent('gpt-5.1', { max_tokens: 1 }), { max_completion_tokens: 1 }],
  ['gpt-5, effort none if declared', sent('gpt-5.1', { reasoning_effort: 'none' }), { reasoning_effort: 'none' }],
  ['gpt-5 of an unknown kind, no effort none', sent('our-gpt-5', { reasoning_effort: 'none' }), { error: 'unsupported-params' }],
  ['a base model tells the family', sent('ours', { max_tokens: 1 }, { base_model: 'azure/o3-mini' }), { max_completion_tokens: 1 }],
  [
    'a choice of tools',
    sent('ours', { tools: [TOOL], tool_choice: 'required' }, { api_version: '2024-10-21' }),
    { tool_choice: 'required' },
  ],
  [
    'before it could be required',
    sent('ours', { tools: [TOOL], tool_choice: 'required' }, { api_version: '2024-05-01-preview' }),
    { error: 'unsupported-params' },
  ],
  [
    'before there was one',
    sent('ours', { tools: [TOOL], tool_choice: 'auto' }, { api_version: '2023-05-15' }),
    { error: 'unsupported-params' },
  ],
  ['a schema', sent('ours', { response_format: SCHEMA }, { api_version: '2024-10-21' }), { response_format: SCHEMA }],
  [
    'a schema before there were any is a tool',
    sent('ours', { response_format: SCHEMA }, { api_version: '2024-02-01' }),
    { tool_choice: { type: 'function' }, tools: [{ type: 'function' }] },
  ],
  ['and for old models', sent('gpt-35-turbo', { response_format: SCHEMA }), { tools: [{ type: 'function' }] }],
];

test.each(CASES)('%s', (_name, got, expected) => {
  expect(got).toMatchObject(expected);
});

test('a model that cannot stream is asked for a whole answer', () => {
  const body = sent('o1', { stream: true, stream_options: { include_usage: true } }, {}, { stream: true });
  expect(body).not.toHaveProperty('stream');
  expect(body).not.toHaveProperty('stream_options');
  expect(sent('o3', { stream: true }, {}, { stream: true })).toMatchObject({ stream: true, stream_options: { include_usage: true } });
});

const REFUSALS: readonly [number, object, object][] = [
  [400, { code: 'content_filter', innererror: { code: 'ResponsibleAIPolicyViolation' } }, { reason: 'content-policy' }],
  [400, { message: "This model's maximum context length is 5 tokens" }, { reason: 'context-window' }],
  [401, { code: 'DeploymentNotFound' }, { status: 401, shown: { className: 'NotFoundError' } }],
  [422, { message: 'no' }, { status: 422, shown: { className: 'BadRequestError' } }],
  [403, { message: 'a rate limit of words' }, { shown: { className: 'APIError' } }],
];

test.each(REFUSALS)('a refusal with %d and %j', (status, error, expected) => {
  const plan = makePlan('azure/ours', { apiBase: BASE });
  expect(openaiChatFormat.error({ status, headers: {}, body: JSON.stringify({ error }) }, plan)).toMatchObject(expected);
});
