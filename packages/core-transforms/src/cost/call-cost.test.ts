import { loadRecorded } from '@stagegate/testbed';
import { expect, test } from 'vitest';
import type { JsonObject } from '../contract/json.ts';
import { inferModelProvider, lookupModelFacts } from '../facts/model-facts.ts';
import { findProvider } from '../providers/registry.ts';
import { callCost, type BilledCall, type CallCost } from './call-cost.ts';
import { findPrices, withOwnPrices } from './find-prices.ts';

interface Case {
  readonly id: string;
  readonly model: string;
  /** Undefined: it stands in the model's name, or is known from it. */
  readonly provider?: string;
  readonly usage: JsonObject;
  readonly args: JsonObject;
  readonly prompt_cost?: number;
  readonly completion_cost?: number;
  readonly completion_cost_total?: number;
}

const { cases, sampled } = loadRecorded('costs') as unknown as { readonly cases: readonly Case[]; readonly sampled: readonly Case[] };
const spoken = cases.filter(({ usage }) => usage !== undefined);
const custom = spoken.filter(({ id }) => id.includes('|custom|'));
/** A Tuesday at half past nine, UTC. */
const NOW_SECONDS = 1_795_512_600;

test.each(spoken.filter((one) => !custom.includes(one)))('as recorded: $id', check);
test('as sampled over all models', () => {
  expect(sampled.length).toBeGreaterThan(800);
  for (const one of sampled) check(one);
});

test.each(custom)('as recorded: $id', ({ usage, args, prompt_cost: prompt = 0, completion_cost: answer = 0 }) => {
  const own = (args['custom_cost_per_token'] ?? { cost_per_second: args['custom_cost_per_second'] }) as JsonObject;
  const prices = withOwnPrices(undefined, own);
  expect(prices).toBeDefined();
  if (prices !== undefined) expect(charged({ provider: 'openai', model: '', mode: 'chat', prices, usage }, 2).usd).toBe(prompt + answer);
});

test('at some hours a model costs less', () => {
  const saturday = 1_795_858_200;
  const night = 1_795_480_200;
  const usd = (nowSeconds: number): number => {
    const facts = lookupModelFacts('deepseek', 'deepseek-v4-pro');
    const prices = findPrices('deepseek', 'deepseek-v4-pro', facts);
    const usage = { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 };
    return prices === undefined ? 0 : charged({ provider: 'deepseek', model: '', mode: 'chat', prices, usage, nowSeconds }).usd;
  };
  expect([usd(saturday), usd(night)]).toEqual([1_000 * 6.6e-7 + 500 * 1.98e-6, 1_000 * 6.6e-7 + 500 * 1.98e-6]);
  expect(usd(NOW_SECONDS)).toBeGreaterThan(usd(saturday));
});

function check(one: Case): void {
  const { model, provider } = whose(one);
  const facts = lookupModelFacts(provider, model);
  const prices = findPrices(provider, model, facts);
  if (one.completion_cost_total === undefined) return expect(prices, one.id).toBeUndefined();
  if (prices === undefined) return expect.fail(`${one.id} has no price`);
  const cost = charged({ provider, model, mode: facts?.mode, prices, usage: one.usage, tierAsked: one.args['service_tier'] });
  expect(cost.usd, one.id).toBe(one.completion_cost_total);
  if (one.prompt_cost !== undefined) expect(cost, one.id).toMatchObject({ promptUsd: one.prompt_cost, answerUsd: one.completion_cost });
}

test('searches that are counted are charged one by one', () => {
  const facts = lookupModelFacts('openai', 'gpt-5.1');
  const prices = findPrices('openai', 'gpt-5.1', facts);
  if (prices === undefined) return expect.fail('no price');
  const costOf = (calls: number): number =>
    charged({
      provider: 'openai',
      model: 'gpt-5.1',
      mode: facts?.mode,
      prices,
      usage: { server_side_tool_usage_details: { web_search_calls: calls } },
    }).usd;
  expect([costOf(0), costOf(1), costOf(3)]).toStrictEqual([0, 0.01, 0.03]);
});

function charged(
  call: Pick<BilledCall, 'provider' | 'model' | 'mode' | 'prices' | 'usage'> & Partial<BilledCall>,
  tookSeconds = 0,
): CallCost {
  const silent = { tierAsked: undefined, tierServed: undefined, searchesSeen: 0, searchContext: undefined };
  return callCost({ ...silent, nowSeconds: NOW_SECONDS, tookSeconds, residency: undefined, location: undefined, ...call });
}

function whose({ model, provider }: Case): { readonly provider: string; readonly model: string } {
  if (provider !== undefined) return { provider, model };
  const slash = model.indexOf('/');
  const prefix = slash === -1 ? '' : model.slice(0, slash);
  if (findProvider(prefix) !== undefined) return { provider: prefix, model: model.slice(slash + 1) };
  return { provider: inferModelProvider(model) ?? '', model };
}
