import { expect, test } from 'vitest';
import { makePlan } from '../../test/make-plan.ts';
import type { AuthPlacement } from '../contract/wire.ts';
import { ownModelName, providerModel, toAddress } from './address.ts';

const PATH = '/chat/completions';

function addressOf(name: string, apiBase?: string, options: Record<string, string> = {}, path = PATH): string {
  const { url, auth } = toAddress(makePlan(name, { apiBase, settings: { options } }), path);
  return `${url} ${placeOf(auth)}`;
}

function placeOf(auth: AuthPlacement): string {
  if (auth.kind === 'token') return auth.key?.header ?? auth.issuer;
  return auth.kind === 'aws-sigv4' ? auth.region : auth.kind;
}

const CASES: readonly [string, string, string][] = [
  [
    'a deployment is in the path, the version in the query',
    addressOf('azure/ours', 'https://a.test', { api_version: '2024-10-21' }),
    'https://a.test/openai/deployments/ours/chat/completions?api-version=2024-10-21 api-key',
  ],
  [
    'a version by default',
    addressOf('azure/ours', 'https://a.test'),
    'https://a.test/openai/deployments/ours/chat/completions?api-version=2025-02-01-preview api-key',
  ],
  [
    'without a date it is the API that OpenAI has',
    addressOf('azure/ours', 'https://a.test', { api_version: 'preview' }),
    'https://a.test/openai/v1/chat/completions authorization',
  ],
  [
    'a base URL that says it all',
    addressOf('azure/x', 'https://a.test/openai/deployments/ours/chat/completions?api-version=1'),
    'https://a.test/openai/deployments/ours/chat/completions?api-version=1 api-key',
  ],
  [
    'a base URL that says the deployment',
    addressOf('azure/x', 'https://a.test/openai/deployments/ours', { api_version: '2' }),
    'https://a.test/openai/deployments/ours/chat/completions?api-version=2 api-key',
  ],
  [
    'what chose the route is no part of the name; the rest is encoded',
    addressOf('azure/o_series/my o1', 'https://a.test', { api_version: '1' }),
    'https://a.test/openai/deployments/my%20o1/chat/completions?api-version=1 api-key',
  ],
  [
    'a model of a whole resource',
    addressOf('azure_ai/m', 'https://r.services.ai.azure.com'),
    'https://r.services.ai.azure.com/models/chat/completions api-key',
  ],
  [
    'a base URL with its query',
    addressOf('azure_ai/m', 'https://r.services.ai.azure.com/models?api-version=1'),
    'https://r.services.ai.azure.com/models/chat/completions?api-version=1 api-key',
  ],
  [
    'a host of one model',
    addressOf('azure_ai/m', 'https://m.models.ai.azure.com/v1'),
    'https://m.models.ai.azure.com/v1/chat/completions authorization',
  ],
  [
    'a model by project',
    addressOf('watsonx/m', 'https://w.test', {}, '/text/chat'),
    'https://w.test/ml/v1/text/chat?version=2024-03-13 ibm',
  ],
  [
    'a deployment by its id',
    addressOf('watsonx/deployment/d', 'https://w.test', { api_version: '2025-01-01' }, '/text/chat'),
    'https://w.test/ml/v1/deployments/d/text/chat?version=2025-01-01 ibm',
  ],
  [
    'a region by default',
    addressOf('sagemaker_chat/e', undefined, {}, '/invocations'),
    'https://runtime.sagemaker.us-west-2.amazonaws.com/endpoints/e/invocations us-west-2',
  ],
  [
    'a region of another partition',
    addressOf('sagemaker_chat/e', undefined, { aws_region_name: 'cn-north-1' }, '/invocations'),
    'https://runtime.sagemaker.cn-north-1.amazonaws.com.cn/endpoints/e/invocations cn-north-1',
  ],
  [
    'a whole URL as an option',
    addressOf('sagemaker_chat/e', undefined, { sagemaker_base_url: 'https://s.test/x' }, '/invocations'),
    'https://s.test/x us-west-2',
  ],
];

test.each(CASES)('%s', (_name, got, expected) => {
  expect(got).toStrictEqual(expected);
});

test('names of models are what their provider calls them', () => {
  expect(providerModel(makePlan('clarifai/openai.chat.gpt-x'))).toBe('https://clarifai.com/openai/chat/models/gpt-x');
  expect(providerModel(makePlan('clarifai/gpt-x'))).toBe('gpt-x');
  expect(providerModel(makePlan('azure_ai/model_router/auto'))).toBe('auto');
});

test('what chose a route is no part of the name that answers show', () => {
  expect(ownModelName(makePlan('bedrock/converse/amazon.nova-pro-v1:0'))).toBe('amazon.nova-pro-v1:0');
  expect(ownModelName(makePlan('bedrock/invoke/us.amazon.nova-lite-v1:0'))).toBe('invoke/us.amazon.nova-lite-v1:0');
});
