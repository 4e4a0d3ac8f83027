import { expect, test } from 'vitest';
import { listProviderModels } from './list-models.ts';

test.each([
  ['openai', 'gpt-4o', 'openai/gpt-4o'],
  ['openai', 'gpt-3.5-turbo-instruct', 'ft:gpt-4o-2024-08-06'],
  ['groq', 'openai/gpt-oss-120b', 'groq/openai/gpt-oss-120b'],
  ['bedrock', 'anthropic.claude-3-5-sonnet-20240620-v1:0', 'us-east-1/anthropic.claude-instant-v1'],
  ['vertex_ai', 'gemini-2.5-pro', 'text-embedding-004'],
])('%s has %s, not %s', (provider, model, other) => {
  const models = listProviderModels(provider);
  expect([models.includes(model), models.includes(other)]).toStrictEqual([true, false]);
  expect(new Set(models).size).toBe(models.length);
});

test('a provider whose models are its users’ own, or that nobody knows, has none', () => {
  expect([listProviderModels('azure'), listProviderModels('nobody')]).toStrictEqual([[], []]);
});
