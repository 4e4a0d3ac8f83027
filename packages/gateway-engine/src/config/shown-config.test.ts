import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskSettings } from './shown-config.ts';

const CANARY = 'canary-of-settings';

const SECRETS = [
  'api_key',
  'master_key',
  'database_url',
  'redis_url',
  'redis_password',
  'aws_secret_access_key',
  'aws_session_token',
  'vertex_credentials',
  'extra_headers',
  'extra_body',
  'environment_variables',
  'alert_to_webhook_url',
  'drain_endpoint_token',
  'litellm_license',
  'langfuse_secret_key',
  'client_secret',
  'azure_ad_token',
  'env',
  'args',
];

test('a text under a secret name is masked, at any depth and in any list', () => {
  const nested = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constant(CANARY),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'model', 'name', 'url'), tie('tree'), { maxKeys: 3 }),
    ),
  })).tree;
  fc.assert(
    fc.property(fc.constantFrom(...SECRETS), nested, (name, value) => {
      const shown = maskSettings({ model_list: [{ litellm_params: { [name]: value as string } }] });
      expect(JSON.stringify(shown)).not.toContain(CANARY);
    }),
    { numRuns: 500 },
  );
});

test('the rest is shown: numbers, switches, names, references to variables, addresses without their secrets', () => {
  const settings = {
    rpm: 5,
    max_tokens: 7,
    drop_params: true,
    model: 'openai/gpt-4o',
    api_key: 'os.environ/KEY',
    api_base: `https://user:${CANARY}@host.test/v1?sig=${CANARY}`,
    note: `postgresql://u:${CANARY}@db.test/x`,
    litellm_key_header_name: 'x-key',
  };
  expect(maskSettings(settings)).toStrictEqual({ ...settings, api_base: 'https://host.test/v1', note: 'postgresql://db.test/x' });
});
