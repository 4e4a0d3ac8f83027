import { expect, test } from 'vitest';
import { inferModelProvider, lookupModelFacts } from './model-facts.ts';

test('a row gives mode, limits and flags', () => {
  const facts = lookupModelFacts('openai', 'gpt-4o');
  expect(facts).toMatchObject({ mode: 'chat', outputTokensMax: 16_384, inputTokensMax: 128_000 });
  expect(facts?.supports.has('function_calling')).toBe(true);
  expect(facts?.supports.has('reasoning')).toBe(false);
});

test.each([
  ['openai', 'GPT-4o'],
  ['openai', 'openai/gpt-4o'],
  ['openai', 'ft:gpt-4o-2024-08-06:owner::id'],
  ['openai', 'gpt-4o-2031-01-01'],
  ['github', 'gpt-4o'],
  ['azure_ai', 'gpt-4o'],
  ['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['bedrock', 'eu-west-1/anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['bedrock', 'converse/anthropic.claude-sonnet-4-5-20250929-v1:0[1m]'],
  ['vertex_ai', 'gemini-2.5-pro'],
])('%s finds %s', (provider, model) => {
  expect(lookupModelFacts(provider, model)?.mode).toBe('chat');
});

test("another provider's row does not speak for this one", () => {
  expect(lookupModelFacts('mistral', 'gpt-4o')).toBeUndefined();
});

test('an unknown model of a known family gets what the rules say', () => {
  const facts = lookupModelFacts('anthropic', 'claude-nobody-6');
  expect(facts).toMatchObject({ mode: 'chat', outputTokensMax: 64_000 });
  expect(facts?.supports.has('adaptive_thinking')).toBe(true);
});

test('a flag the row does not mention comes from the bare name, one it denies does not', () => {
  const facts = lookupModelFacts('deepseek', 'deepseek-chat');
  expect(facts?.supports.has('function_calling')).toBe(true);
  for (const flag of facts?.supports ?? []) expect(facts?.denies.has(flag)).toBe(false);
});

test('a bare model name tells its provider', () => {
  expect(inferModelProvider('gpt-4o')).toBe('openai');
  expect(inferModelProvider('claude-nobody-6')).toBe('anthropic');
  expect(inferModelProvider('nobody-knows')).toBeUndefined();
});
