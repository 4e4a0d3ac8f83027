import { toRawObject, type DialectId, type JsonObject } from '@stagegate/core-transforms';
import { expect, test } from 'vitest';
import { parseConfig } from '../config/index.ts';
import { ANYONE } from '../ports/index.ts';
import { compileModels } from '../routing/index.ts';
import { mostCost } from './index.ts';

const CONFIG = {
  model_list: [
    ['gpt', 'openai/gpt-4o'],
    ['claude', 'anthropic/claude-sonnet-4-5'],
    ['vectors', 'openai/text-embedding-3-small'],
    ['unknown', 'openai/nobody-knows'],
    ['two', 'openai/gpt-4o-mini'],
    ['two', 'openai/gpt-4o'],
  ].map(([model_name, model]) => ({ model_name, litellm_params: { model, api_key: 'k' } })),
};
const parsed = parseConfig(CONFIG, { env: {} });
if (!parsed.ok) throw new Error('the configuration is wrong');
const find = compileModels(parsed.config);

const most = (model: string, more: JsonObject = {}, dialect: DialectId = 'openai-chat', among = find): number | undefined => {
  const words = 'a b c d e f g h i j';
  const body = dialect === 'openai-embeddings' ? { input: words, ...more } : { messages: [{ role: 'user', content: words }], ...more };
  return mostCost(among, { dialect, model, body: toRawObject(body), caller: ANYONE, nowSeconds: 0 })?.usd;
};
/** Tokens of the prompt, as they are estimated. */
const PROMPT = 17;

test.each<[string, JsonObject, number]>([
  ['gpt', {}, PROMPT * 2.5e-6 + 16_384 * 1e-5],
  ['gpt', { max_tokens: 100 }, PROMPT * 2.5e-6 + 100 * 1e-5],
  ['gpt', { max_tokens: 9, max_completion_tokens: '50', n: 3 }, PROMPT * 2.5e-6 + 150 * 1e-5],
  ['gpt', { max_tokens: 999_999_999 }, PROMPT * 2.5e-6 + 16_384 * 1e-5],
  ['gpt', { max_tokens: -5 }, PROMPT * 2.5e-6],
  ['claude', {}, PROMPT * 3e-6 + 16_384 * 1.5e-5],
  ['claude', { max_tokens: 60_000 }, PROMPT * 3e-6 + 60_000 * 1.5e-5],
  ['two', { max_tokens: 100 }, PROMPT * 2.5e-6 + 100 * 1e-5],
  ['gpt, claude', { max_tokens: 100 }, PROMPT * 5.5e-6 + 100 * 2.5e-5],
])('%s %j', (model, more, usd) => {
  expect(most(model, more)).toBeCloseTo(usd, 12);
});

test('embeddings have no answer; what nobody knows the price of, and what is not paid for, cost nothing', () => {
  expect(most('vectors', {}, 'openai-embeddings')).toBeCloseTo(11 * 2e-8, 12);
  expect([most('unknown'), most('nobody'), most('gpt', {}, 'anthropic-count-tokens')]).toStrictEqual([undefined, undefined, undefined]);
});

test('with what is charged beside it', () => {
  const litellm_settings = {
    cost_discount_config: { openai: 0.1 },
    cost_margin_config: { openai: { percentage: 0.2, fixed_amount: 0.001 }, global: 1 },
  };
  const marked = parseConfig({ ...CONFIG, litellm_settings }, { env: {} });
  if (!marked.ok) throw new Error('the configuration is wrong');
  const usd = PROMPT * 2.5e-6 + 100 * 1e-5;
  const among = compileModels(marked.config);
  expect(most('gpt', { max_tokens: 100 }, 'openai-chat', among)).toBeCloseTo(usd * 0.9 * 1.2 + 0.001, 12);
  expect(most('claude', { max_tokens: 100 }, 'openai-chat', among)).toBeCloseTo((PROMPT * 3e-6 + 100 * 1.5e-5) * 2, 12);
  expect(marked.warnings).toStrictEqual([]);
});
