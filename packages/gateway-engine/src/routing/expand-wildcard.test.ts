import { listProviderModels } from '@stagegate/core-transforms';
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

test.each([
  ['gpt-*', /^gpt-/u],
  ['*-mini', /-mini$/u],
  // What stands before the star and what stands behind it may not be the same letters.
  ['gpt-4o*o', /^gpt-4o.*o$/u],
])('of %s, which is more than a provider and a star, those models that fit it', (pattern, fitting) => {
  const models = listProviderModels('openai').filter((model) => fitting.test(model));
  expect(expanded(pattern, `openai/${pattern}`)).toStrictEqual(models);
});

test.each([
  ['one', 'openai/gpt-4o'],
  ['many/*', 'openai/gpt-4o'],
  ['a/*/*', 'openai/*'],
  ['many/*', 'openai/**'],
  ['*', '*'],
])('%s over %s stands for nothing else', (modelName, model) => {
  expect(expanded(modelName, model)).toStrictEqual([]);
});
