import type { JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { parseConfig } from '../config/index.ts';
import type { ConfiguredDeployment } from '../config/index.ts';
import { toHealthQuestion } from './question.ts';

/** What a deployment is asked for its health, by what its row says. */

function rowOf(model: string, info: JsonObject, group = 'group'): ConfiguredDeployment {
  const outcome = parseConfig(
    { model_list: [{ model_name: group, litellm_params: { model, api_key: 'k' }, model_info: info }] },
    { env: {} },
  );
  return (outcome.ok ? outcome.config.deployments[0] : undefined) ?? expect.fail('no deployment');
}

const asked = (model: string, info: JsonObject, group?: string): JsonObject => {
  const question = toHealthQuestion(rowOf(model, info, group));
  if ('problem' in question) return { problem: question.problem };
  const { messages, prompt, input, ...rest } = question.body;
  const says = messages === undefined ? (prompt === undefined ? (input === undefined ? 'nothing' : 'input') : 'prompt') : 'messages';
  return { path: question.path, says, provider: question.deployment.model, ...rest };
};

test.each<[string, JsonObject, JsonObject]>([
  ['openai/gpt-4o', {}, { path: '/v1/chat/completions', says: 'messages', provider: 'gpt-4o', max_tokens: 16 }],
  ['openai/gpt-4o', { health_check_max_tokens: 5 }, { max_tokens: 5 }],
  ['openai/gpt-4o', { health_check_max_tokens_non_reasoning: 6, health_check_max_tokens_reasoning: 7 }, { max_tokens: 6 }],
  ['openai/o3-mini', { health_check_max_tokens_non_reasoning: 6, health_check_max_tokens_reasoning: 7 }, { max_tokens: 7 }],
  ['openai/gpt-4o', { health_check_reasoning_effort: 'low' }, { reasoning_effort: 'low' }],
  ['openai/gpt-4o', { health_check_params: { seed: 7 } }, { seed: 7, says: 'messages' }],
  ['openai/gpt-4o', { health_check_model: 'openai/gpt-4o-mini' }, { provider: 'gpt-4o-mini' }],
  ['openai/gpt-4o', { mode: 'completion' }, { path: '/v1/completions', says: 'prompt', max_tokens: 16 }],
  ['openai/gpt-4o', { mode: 'responses' }, { path: '/v1/responses', says: 'input', max_output_tokens: 16 }],
  ['openai/text-embedding-3-small', {}, { path: '/v1/embeddings', says: 'input' }],
  ['azure/ours', { mode: 'embedding' }, { path: '/v1/embeddings', says: 'input' }],
  ['openai/dall-e-3', { mode: 'image_generation' }, { problem: 'Stagegate has no route for the mode image_generation' }],
  ['anthropic/claude-sonnet-4-5', { mode: 'anthropic_messages' }, { path: '/v1/messages', says: 'messages', max_tokens: 16 }],
  ['mistral/mistral-ocr-latest', {}, { problem: 'nothing to read: set model_info.health_check_params.document' }],
  ['mistral/mistral-ocr-latest', { health_check_params: { document: { type: 'document_url' } } }, { path: '/v1/ocr', says: 'nothing' }],
  ['openai/gpt-4o', { mode: 'constructor' }, { problem: 'Stagegate has no route for the mode constructor' }],
])('%s with %j', (model, info, expected) => {
  expect(asked(model, info)).toMatchObject(expected);
});

test('a model that takes no limit is asked without one', () => {
  expect(asked('openai/gpt-4o', { health_check_supports_max_tokens: false })).not.toHaveProperty('max_tokens');
});

test('a wildcard is asked for the model that it names, without a limit, else not at all', () => {
  expect(asked('openai/*', {}, '*')).toEqual({ problem: 'openai/* stands for many models: set model_info.health_check_model' });
  expect(asked('openai/*', { health_check_model: 'openai/gpt-4o-mini' }, '*')).toEqual({
    path: '/v1/chat/completions',
    says: 'messages',
    provider: 'gpt-4o-mini',
    model: 'openai/gpt-4o-mini',
  });
});
