import { expect, test } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { compileModels, type FindDeployments } from './find-deployments.ts';

const CONFIG = {
  model_list: [
    { model_name: 'plain', litellm_params: { model: 'openai/gpt-4o', api_key: 'k' }, model_info: { id: 'id-1' } },
    { model_name: 'plain', litellm_params: { model: 'anthropic/claude-sonnet-4-5', api_key: 'k' } },
    { model_name: 'groq/*', litellm_params: { model: 'groq/*', api_key: 'k' } },
    { model_name: 'team-*', litellm_params: { model: 'openai/team-*-v1', api_key: 'k' } },
    { model_name: 'a-*-b-*', litellm_params: { model: 'mistral/*', api_key: 'k' } },
    { model_name: 'fixed-*', litellm_params: { model: 'openai/gpt-4o-mini', api_key: 'k' } },
    { model_name: 'mistral/*', litellm_params: { model: '*', api_key: 'k' } },
  ],
  router_settings: { model_group_alias: { short: 'plain', plain: 'groq/x' } },
};

function compiled(): FindDeployments {
  const outcome = parseConfig(CONFIG, { env: {} });
  if (!outcome.ok) throw new Error('bad config');
  return compileModels(outcome.config);
}

test.each<[asked: string, found: string[]]>([
  ['plain', ['openai gpt-4o', 'anthropic claude-sonnet-4-5']],
  ['short', ['openai gpt-4o', 'anthropic claude-sonnet-4-5']],
  ['id-1', ['openai gpt-4o']],
  ['groq/llama-x', ['groq llama-x']],
  ['groq/openai/gpt-oss', ['groq openai/gpt-oss']],
  ['team-red', ['openai team-red-v1']],
  ['fixed-whatever', ['openai gpt-4o-mini']],
  ['mistral/large', []], // a bare `large` belongs to nobody
  ['a-x-b-y', []], // more parts than stars: the name as asked, which belongs to nobody
  ['openai/gpt-4o', ['openai gpt-4o']],
  ['nobody', []],
])('%s', (asked, found) => {
  expect(compiled()(asked).map(({ provider, model }) => `${provider.id} ${model}`)).toStrictEqual(found);
});

test('a name that a wildcard matched finds the very same deployments again', () => {
  const find = compiled();
  expect(find('groq/llama-x')).toBe(find('groq/llama-x'));
  expect(find('groq/llama-x')).not.toBe(find('groq/llama-y'));
});
