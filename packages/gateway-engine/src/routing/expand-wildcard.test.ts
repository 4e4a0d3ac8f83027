import { expect, test } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { compileModels } from './find-deployments.ts';
import { expandWildcard } from './expand-wildcard.ts';

const expanded = (modelName: string, model: string): readonly string[] => {
  const outcome = parseConfig(`model_list: [{ model_name: "${modelName}", litellm_params: { model: "${model}", api_key: k } }]\n`, {
    env: { LITELLM_MASTER_KEY: 'sk-of-this-test' },
  });
  const [deployment] = outcome.ok ? outcome.config.deployments : [];
  if (!outcome.ok || deployment === undefined) throw new Error(JSON.stringify(outcome));
  const find = compileModels(outcome.config);
  const names = expandWildcard(deployment).map(({ name }) => name);
  expect(names.filter((name) => find(name).length === 0)).toStrictEqual([]);
  return names;
};

test.each([
  ['anthropic/*', 'anthropic/*', 'anthropic/claude-sonnet-4-5'],
  ['ours/*', 'groq/*', 'ours/openai/gpt-oss-120b'],
  ['*', 'openai/*', 'openai/gpt-4o'],
  ['gemini/gemini-*', 'gemini/gemini-*', 'gemini/gemini-2.5-pro'],
])('%s over %s serves %s', (modelName, model, name) => {
  expect(expanded(modelName, model)).toContain(name);
});

test('of a pattern that is more than its provider, those that it fits', () => {
  expect(expanded('gpt-*', 'openai/gpt-*').filter((name) => !name.startsWith('gpt-'))).toStrictEqual([]);
});

test.each([
  ['one', 'openai/gpt-4o'],
  ['many/*', 'openai/gpt-4o'],
  ['a/*/*', 'openai/*'],
])('%s over %s stands for nothing else', (modelName, model) => {
  expect(expanded(modelName, model)).toStrictEqual([]);
});
