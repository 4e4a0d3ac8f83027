import { expect, test } from 'vitest';
import { parseConfig } from './index.ts';

/** The shape of one row whose `litellm_params` are these lines of YAML. */
function shapeOf(params: string, env: Readonly<Record<string, string>> = {}, more = ''): string {
  const outcome = parseConfig(`model_list: [{ model_name: a, litellm_params: { model: openai/gpt-4o, ${params} } }]\n${more}`, { env });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.issues));
  return outcome.config.deployments[0]?.shape ?? '';
}

const PLAIN = shapeOf('api_key: k1, api_base: "https://a.test/v1", temperature: 0.5');

test.each<[name: string, params: string]>([
  ['a key', 'api_key: k2, api_base: "https://a.test/v1", temperature: 0.5'],
  ['a key in a URL', 'api_key: k1, api_base: "https://u:p@a.test/v1", temperature: 0.5'],
  ['limits, weights and timeouts', 'api_base: "https://a.test/v1", temperature: 0.5, rpm: 7, weight: 2, timeout: 9'],
  ['the order of members', 'temperature: 0.5, api_base: "https://a.test/v1", api_key: k1'],
])('the same: %s', (_name, params) => expect(shapeOf(params)).toBe(PLAIN));

test.each<[name: string, params: string, more?: string]>([
  ['a host', 'api_base: "https://b.test/v1", temperature: 0.5'],
  ['a default of the body', 'api_base: "https://a.test/v1", temperature: 0.6'],
  ['an option', 'api_base: "https://a.test/v1", temperature: 0.5, organization: o'],
  ['a header', 'api_base: "https://a.test/v1", temperature: 0.5, extra_headers: { x-a: b }'],
  ['dropped parameters', 'api_base: "https://a.test/v1", temperature: 0.5', 'litellm_settings: { drop_params: true }'],
])('not the same: %s', (_name, params, more) => expect(shapeOf(params, {}, more)).not.toBe(PLAIN));

test('a variable counts by its name, a header by its own: CI has no values for them', () => {
  const params = 'api_base: os.environ/HOST, extra_headers: { x-team: os.environ/TEAM }, extra_body: { api_key: os.environ/KEY }';
  const shape = shapeOf(params, { HOST: 'https://prod.test', TEAM: 'canary-one', KEY: 'canary-two' });
  expect(shape).toBe(shapeOf(params, { TEAM: 'other' }));
  expect(shape).toContain('os.environ/HOST');
  expect(shape).not.toMatch(/canary|prod\.test/u);
});
