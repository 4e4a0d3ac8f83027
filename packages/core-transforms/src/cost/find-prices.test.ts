import { expect, test } from 'vitest';
import { lookupModelFacts } from '../facts/model-facts.ts';
import { findNamedPrices, findPrices, withOwnPrices } from './find-prices.ts';

const GPT = findPrices('openai', 'gpt-4o', lookupModelFacts('openai', 'gpt-4o'));

test('prices of a deployment take the place of the model’s, but for caching and tiers', () => {
  const own = withOwnPrices(GPT, { input_cost_per_token: '1e-3', model: 'openai/gpt-4o', api_key: 'sk-1' });
  expect(Object.fromEntries(own?.rates ?? [])).toEqual({
    input_cost_per_token: 1e-3,
    cache_read_input_token_cost: 1.25e-6,
    cache_read_input_token_cost_priority: 2.125e-6,
    input_cost_per_token_priority: 4.25e-6,
    output_cost_per_token_priority: 1.7e-5,
  });
});

test('without a price of input, what is read from the cache has none either', () => {
  const own = withOwnPrices(GPT, { output_cost_per_token: 2e-3 });
  expect(own?.rates.get('output_cost_per_token')).toBe(2e-3);
  expect(own?.rates.has('cache_read_input_token_cost')).toBe(false);
});

test('what names no price of tokens leaves the model’s', () => {
  expect(withOwnPrices(GPT, { id: 'one', base_model: 'gpt-4o', input_cost_per_pixel: 1 })).toBe(GPT);
});

test('a price of zero is a price', () => {
  expect(withOwnPrices(GPT, { input_cost_per_token: 0, output_cost_per_token: 0 })?.rates.get('input_cost_per_token')).toBe(0);
});

test('a model that nobody knows has no price', () => {
  expect(findPrices('openai', 'my-finetune', undefined)).toBeUndefined();
  expect(findPrices('azure', 'my-deployment', lookupModelFacts('azure', 'my-deployment'))).toBeUndefined();
});

test('a name has a price of its own where somebody wrote one down', () => {
  expect(findNamedPrices('openai', 'gpt-4o')?.prices).toBe(GPT);
  expect(findNamedPrices('together_ai', 'of-nobody-8b')?.prices.rates.get('input_cost_per_token')).toBe(2e-7);
  // Known as one of Claude's, and known to cost nothing until its provider says more.
  expect(findPrices('openrouter', 'of-nobody', lookupModelFacts('openrouter', 'of-nobody'))?.rates.size).toBe(0);
  for (const [provider, name] of [
    ['openai', 'claude-opus-4-20250514'],
    ['openrouter', 'of-nobody'],
    ['openai', 'of-nobody'],
  ] as const)
    expect(findNamedPrices(provider, name)).toBeUndefined();
});
