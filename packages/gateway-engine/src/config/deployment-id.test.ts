import { expect, test } from 'vitest';
import { deploymentId } from './deployment-id.ts';
import { readYaml } from './read-yaml.ts';

/** Ids as LiteLLM 1.106.2 gives them: `Router.generate_model_id('grüp', params)`, run on 2026-11-23. */
const IDS: [params: string, id: string][] = [
  ['{ model: openai/gpt-4o, api_key: k }', '37c7feddf1be68d1dfdec9b9df86b038905916153418e0f0461f5335d22bf0e5'],
  [
    '{ model: openai/gpt-4o, api_key: null, rpm: 5, weight: 1.0, drop_params: true, input_cost_per_token: 0.00000075, x: 1.0e+16, y: 0.00001, z: 2.5 }',
    '75629c78fb5492473c45cbf4a85c97f48589d30318e69ebcb66f63e2400d8de2',
  ],
  [
    `{ model: openai/gpt-4o, extra_body: { a: [1, "é😀", null, true], b: { c: 1.5 } }, tags: [one, 2, "it's", { k: "v\\n" }] }`,
    'bd281648a2bcb0faad864c8900448b82bc84c148ae4b34601251d902b4f1808c',
  ],
];

test.each(IDS)('%s', (params, id) => {
  const { root } = readYaml(params, 'test');
  if (root === undefined) throw new Error('not YAML');
  expect(deploymentId('grüp', root)).toBe(id);
});
