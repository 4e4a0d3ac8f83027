import { parseConfig } from '@stagegate/gateway-engine/config';
import { expect, test } from 'vitest';
import { findTargets } from './find-targets.ts';

const AWS = { aws_access_key_id: 'a', aws_secret_access_key: 'b' };

test('each host once, that of the region that a deployment names', () => {
  const rows = [
    { model: 'openai/gpt-4o', api_key: 'k', api_base: 'http://127.0.0.1:1/v1' },
    { model: 'openai/gpt-4o-mini', api_key: 'k', api_base: 'http://127.0.0.1:1/v1' },
    { model: 'bedrock/amazon.nova-lite-v1:0', ...AWS, aws_region_name: 'eu-west-3' },
    { model: 'bedrock/amazon.nova-lite-v1:0', ...AWS },
    { model: 'bedrock/amazon.nova-lite-v1:0', ...AWS, aws_region_name: 'eu-west-3', api_base: 'http://127.0.0.1:3' },
  ];
  const outcome = parseConfig(
    {
      model_list: rows.map((litellm_params) => ({ model_name: 'one', litellm_params })),
      migration: { reference_url: 'http://127.0.0.1:2' },
    },
    { env: {} },
  );
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.issues));
  expect(findTargets(outcome.config)).toStrictEqual([
    'http://127.0.0.1:1/v1',
    'https://bedrock-runtime.eu-west-3.amazonaws.com',
    'https://bedrock-runtime.us-west-2.amazonaws.com',
    'http://127.0.0.1:3',
    'http://127.0.0.1:2',
  ]);
});
