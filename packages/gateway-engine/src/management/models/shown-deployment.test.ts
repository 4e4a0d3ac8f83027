import { findPrices, isObject, lookupModelFacts, type JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { parseConfig } from '../../config/index.ts';
import { shownDeployment, shownFacts } from './shown-deployment.ts';

function shown(row: string): { readonly params: JsonObject; readonly info: JsonObject } {
  const outcome = parseConfig(`model_list: [${row}]`, { env: {} });
  const [deployment] = outcome.ok ? outcome.config.deployments : [];
  const { litellm_params: params, model_info: info } = deployment === undefined ? {} : shownDeployment(deployment, true);
  return { params: isObject(params) ? params : {}, info: isObject(info) ? info : {} };
}

test('the prices that a row sets stand in its parameters, and are told apart from the table’s', () => {
  const own = { input_cost_per_token: 0.001, output_cost_per_token: 0.002 };
  const set = 'input_cost_per_token: 0.001, output_cost_per_token: 0.002';
  const plain = shown('{ model_name: a, litellm_params: { model: openai/gpt-4o, api_key: secret } }').params;
  expect(plain).toMatchObject({ model: 'openai/gpt-4o', use_litellm_proxy: false });
  const priced = shown(`{ model_name: a, litellm_params: { model: openai/gpt-4o, api_key: secret, ${set} } }`);
  expect(priced.params).toStrictEqual({ ...plain, ...own });
  expect(priced.info).toMatchObject({ ...own, pricing_overrides: ['input_cost_per_token', 'output_cost_per_token'] });
  const other = shown(
    '{ model_name: a, litellm_params: { model: openai/gpt-4o, api_key: secret }, model_info: { input_cost_per_token: 3 } }',
  );
  expect(other.params).toStrictEqual(plain);
  expect(other.info).toMatchObject({ input_cost_per_token: 3, pricing_overrides: ['input_cost_per_token'] });
  expect(shown('{ model_name: a, litellm_params: { model: openai/gpt-4o, api_key: secret } }').info).toMatchObject({
    input_cost_per_token: 2.5e-6,
    pricing_overrides: [],
  });
});

test('what is not known of a model is there, and null', () => {
  const unknown = shown('{ model_name: a, litellm_params: { model: openai/never-heard-of, api_key: secret } }').info;
  expect(unknown).toMatchObject({ mode: null, cache_creation_input_token_cost: null, tiered_pricing: null, supports_vision: null });
  expect(Object.keys(unknown).length).toBeGreaterThan(150);
});

test('prices of searches and of regions stand where the reference has them', () => {
  const facts = lookupModelFacts('openai', 'gpt-4o-mini');
  expect(shownFacts('gpt-4o-mini', 'openai', facts, findPrices('openai', 'gpt-4o-mini', facts))).toMatchObject({
    search_context_cost_per_query: { search_context_size_low: expect.any(Number), search_context_size_high: expect.any(Number) },
  });
  const opus = lookupModelFacts('anthropic', 'claude-opus-4-6');
  expect(shownFacts('claude-opus-4-6', 'anthropic', opus, opus?.prices)).toMatchObject({ provider_specific_entry: { us: 1.1 } });
});

test('among a model’s parameters are those that the gateway takes itself', () => {
  const claude = shown('{ model_name: a, litellm_params: { model: anthropic/claude-sonnet-4-5, api_key: secret } }').info;
  expect(claude['supported_openai_params']).toEqual(expect.arrayContaining(['stream', 'extra_headers', 'tools']));
  const gpt = shown('{ model_name: a, litellm_params: { model: openai/gpt-4o, api_key: secret } }').info;
  expect(gpt['supported_openai_params']).toEqual(expect.arrayContaining(['max_retries', 'extra_headers', 'tools']));
});
