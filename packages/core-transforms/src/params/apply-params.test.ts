import { expect, test } from 'vitest';
import { deepFreeze, makePlan } from '../../test/make-plan.ts';
import type { JsonObject } from '../contract/json.ts';
import type { DeploymentSettings } from '../contract/plan.ts';
import { applyParams } from './apply-params.ts';

function apply(chat: JsonObject, model = 'openai/gpt-4o', settings: Partial<DeploymentSettings> = {}): ReturnType<typeof applyParams> {
  return applyParams(deepFreeze(chat), makePlan(model, { settings }));
}

const PASSED: readonly [string, JsonObject, JsonObject, string?, Partial<DeploymentSettings>?][] = [
  ['what the model takes passes', { temperature: 0.2, top_p: 1 }, { temperature: 0.2, top_p: 1 }],
  ['nulls are not sent', { temperature: null, tools: null }, {}],
  ['what is no OpenAI parameter passes', { top_k: 5, foo: { bar: null } }, { top_k: 5, foo: { bar: null } }],
  [
    'the gateway keeps its own',
    { metadata: { a: 1 }, tags: ['x'], num_retries: 2, litellm_trace_id: 't', mock_response: 'm', cache: {} },
    {},
  ],
  ['prices are the gateway’s own', { input_cost_per_token: 1, cache_read_input_token_cost: 1 }, {}],
  ['places and keys of clouds stay here', { aws_region_name: 'us-west-2', vertex_project: 'p', vertex_credentials: '{}' }, {}],
  ['user passes for a known model', { user: 'u' }, { user: 'u' }],
  ['user is dropped in silence for an unknown one', { user: 'u' }, {}, 'openai/my-finetune'],
  ['effort passes for an unknown model', { reasoning_effort: 'low' }, { reasoning_effort: 'low' }, 'openai/my-finetune'],
  ['user is dropped in silence for a fine-tuned one', { user: 'u' }, {}, 'openai/ft:gpt-4o-2024-08-06'],
  ['effort passes for a fine-tuned one', { reasoning_effort: 'low' }, { reasoning_effort: 'low' }, 'openai/ft:gpt-4o-2024-08-06'],
  ['n: 1 means nothing', { n: 1 }, {}, 'mistral/mistral-large-latest'],
  ['drop_params of the deployment', { verbosity: 'low', store: true }, { store: true }, 'openai/gpt-4o', { dropParams: true }],
  ['drop_params of the request, written as a string', { verbosity: 'low', drop_params: 'true' }, {}],
  ['allowed_openai_params of the request', { verbosity: 'low', allowed_openai_params: ['verbosity'] }, { verbosity: 'low' }],
  [
    'allowed_openai_params let in what only others take',
    { thinking: { type: 'enabled' }, allowed_openai_params: ['thinking'] },
    { thinking: { type: 'enabled' } },
  ],
  ['additional_drop_params by name', { temperature: 1, top_k: 1 }, {}, 'openai/gpt-4o', { additionalDropParams: ['temperature', 'top_k'] }],
  [
    'additional_drop_params by path',
    { tools: [{ type: 'function', function: { name: 'f', strict: true } }, { type: 'x' }] },
    { tools: [{ type: 'function', function: { name: 'f' } }, { type: 'x' }] },
    'openai/gpt-4o',
    { additionalDropParams: ['tools[*].function.strict', 'tools[7].type', 'stop[0]'] },
  ],
  ['max_tokens of reasoning models', { max_tokens: 5 }, { max_completion_tokens: 5 }, 'openai/o3-mini'],
  ['the newer limit wins over the older', { max_tokens: 5, max_completion_tokens: 7 }, { max_completion_tokens: 7 }, 'openai/gpt-5.1'],
  ['the older name where the provider has no other', { max_completion_tokens: 7 }, { max_tokens: 7 }, 'mistral/mistral-large-latest'],
  [
    'a name that is allowed stays beside its new one',
    { seed: 5, allowed_openai_params: ['seed'] },
    { seed: 5, random_seed: 5 },
    'mistral/mistral-large-latest',
  ],
  ['an effort for an agent', { reasoning_effort: 'low' }, { reasoning_effort: 'low' }, 'perplexity/anthropic/claude-opus-4-5'],
  ['an effort that nobody reads is not sent', { reasoning_effort: 'low', max_completion_tokens: 5 }, { max_tokens: 5 }, 'gmi/m'],
  ['one word for another', { tools: [], tool_choice: 'required' }, { tools: [], tool_choice: 'any' }, 'mistral/mistral-large-latest'],
  ['the one temperature of the o-series', { temperature: 1 }, { temperature: 1 }, 'openai/o3-mini'],
  ['other temperatures are dropped', { temperature: 2 }, {}, 'openai/o3-mini', { dropParams: true }],
];

test.each(PASSED)('%s', (_name, chat, params, model, settings) => {
  const outcome = apply(chat, model, settings);
  expect(outcome.ok).toBe(true);
  if (outcome.ok) expect(outcome.value.params).toStrictEqual(params);
});

test('extra_body is kept apart, without the model and what is dropped', () => {
  const outcome = apply({ extra_body: { foo: null, model: 'x', bar: 1 }, additional_drop_params: ['bar'] });
  expect(outcome).toMatchObject({ ok: true, value: { extraBody: { foo: null }, params: {} } });
});

test('a refusal names the parameters in the reference’s order', () => {
  const outcome = apply({ verbosity: 'low', thinking: { type: 'enabled' }, top_p: 0.5, logprobs: true }, 'openai/o3-mini');
  expect(outcome).toStrictEqual({
    ok: false,
    error: { kind: 'unsupported-params', provider: 'openai', model: 'o3-mini', params: ['top_p', 'logprobs', 'verbosity', 'thinking'] },
  });
});

test('a refusal of the route for prompts has the type that the reference prints', () => {
  const plan = makePlan('mistral/mistral-large-latest', { dialect: 'openai-completions' });
  expect(applyParams({ logprobs: true }, plan)).toMatchObject({ ok: false, error: { kind: 'unsupported-params', type: 'None' } });
  expect(applyParams({ logprobs: true }, makePlan('mistral/mistral-large-latest'))).not.toHaveProperty('error.type');
});

test('a refused value says so in its own words', () => {
  const outcome = apply({ temperature: 2 }, 'openai/o3-mini');
  expect(outcome).toMatchObject({ ok: false, error: { kind: 'unsupported-params', message: expect.stringContaining('temperature=2.') } });
});

test('what was dropped is noted', () => {
  const outcome = apply({ verbosity: 'low', drop_params: true });
  expect(outcome).toMatchObject({ ok: true, notes: [{ path: 'verbosity', action: 'dropped' }] });
});
