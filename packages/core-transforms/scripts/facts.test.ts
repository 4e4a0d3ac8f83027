import { expect, test } from 'vitest';
import { toFactsModule } from './facts.ts';

const PRICE_MAP = {
  sample_spec: { mode: 'one of: chat' },
  'near/b': {
    litellm_provider: 'near',
    mode: 'chat',
    max_output_tokens: 36,
    max_input_tokens: 72,
    supports_reasoning: true,
    input_cost_per_token: 1,
    output_cost_per_token: 2.5e-7,
    output_cost_per_token_batches: 1e-7,
    provider_specific_entry: { us: 1.1 },
  },
  'near/a': { litellm_provider: 'near', max_tokens: 10, supports_vision: false },
  fallback_generalizations: { rules: [{ name: 'x', pattern: '^near', model_info: { supports_vision: true } }] },
};

test('models stand sorted under their provider, with what they cost', () => {
  const module = toFactsModule(JSON.stringify(PRICE_MAP));
  expect(module).toContain('`\n#near\nnear/a\t\ta\t\t-B\nnear/b\tchat\t10\t20\tA\t\t\t0=1 1=2.5e-7\t{"multipliers":{"us":1.1}}\n`');
  expect(module).toContain("PRICE_NAMES = 'input_cost_per_token output_cost_per_token'");
  expect(module).toContain("FACT_FLAGS = 'supports_reasoning supports_vision'");
  expect(module).toContain('"pattern": "^near"');
});
