import type { JsonObject, JsonValue } from '../contract/json.ts';
import { offPeakPrices } from './off-peak.ts';
import type { Prices, PriceTier } from './prices.ts';

/** What one token costs in one call, USD. */
export interface TokenRates {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWriteHour: number;
  /** Undefined: as `output`, unless the model says otherwise. */
  readonly reasoning: number | undefined;
}

/** Which of a model's prices a call is charged. */
export interface RateQuestion {
  readonly prices: Prices;
  /** Tokens of the whole prompt. */
  readonly prompt: number;
  /** `_priority`, `_flex` …; empty for the standard tier. */
  readonly tierSuffix: string;
  readonly nowSeconds: number;
  /** A threshold holds from its own number of tokens on; else above it. */
  readonly fromThreshold: boolean;
}

const TIER_SUFFIXES: Readonly<Record<string, string>> = {
  flex: '_flex',
  balanced: '_balanced',
  priority: '_priority',
  fast: '_priority',
  ultrafast: '_ultrafast',
};

/**
 * The part of a price's name that a service tier adds: what the provider says it served wins over what was asked for.
 *
 * source: LiteLLM 1.106.2, cost_calculator.py `_resolve_billable_service_tier`, read 2026-11-29.
 */
export function tierSuffixOf(requested: JsonValue | undefined, served: JsonValue | undefined): string {
  const tier = typeof served === 'string' ? served.toLowerCase() : '';
  const suffix = TIER_SUFFIXES[tier];
  if (suffix !== undefined) return suffix;
  if (tier === 'default' || tier === 'standard' || typeof requested !== 'string') return '';
  return TIER_SUFFIXES[requested.toLowerCase()] ?? '';
}

/**
 * What a token costs: one tier of a table of tiers, else the service tier's prices, then those of the thresholds that the prompt
 * is above, then what caching costs, then off-peak prices in place of all.
 *
 * source: LiteLLM 1.106.2, llm_cost_calc/utils.py `_get_token_base_cost`, read 2026-11-29.
 */
export function tokenRates(question: RateQuestion): TokenRates {
  const { prices, nowSeconds } = question;
  const offPeak = offPeakPrices(prices.offPeak, nowSeconds);
  const tier = tierOf(prices.tiers, question.prompt);
  const standard = tier === undefined ? flatRates(question, offPeak) : tierRates(prices, tier);
  if (offPeak === undefined) return standard;
  const cacheWrite = numberIn(offPeak, 'cache_creation_input_token_cost') ?? standard.cacheWrite;
  return {
    input: numberIn(offPeak, 'input_cost_per_token') ?? standard.input,
    output: numberIn(offPeak, 'output_cost_per_token') ?? standard.output,
    cacheRead: numberIn(offPeak, 'cache_read_input_token_cost') ?? standard.cacheRead,
    cacheWrite,
    // It has no off-peak price; one that was never priced follows the shorter writes.
    cacheWriteHour:
      prices.rates.has('cache_creation_input_token_cost_above_1hr') || tier !== undefined ? standard.cacheWriteHour : cacheWrite,
    reasoning: numberIn(offPeak, 'output_cost_per_reasoning_token') ?? standard.reasoning,
  };
}

/** A price by name, for a tier or else for all; undefined if it is not set. */
export function rateOf({ rates }: Prices, name: string, tierSuffix: string): number | undefined {
  return tierSuffix === '' ? rates.get(name) : (rates.get(name + tierSuffix) ?? rates.get(name));
}

/**
 * The tier that a prompt falls into: above its first number, up to its second; the last for what is above all.
 *
 * source: LiteLLM 1.106.2, llm_cost_calc/tiered_pricing.py, read 2026-11-29.
 */
export function tierOf(tiers: readonly PriceTier[] | undefined, prompt: number): PriceTier | undefined {
  if (tiers === undefined || prompt <= 0) return undefined;
  const sorted = tiers.filter(({ range }) => range.length === 2).toSorted((one, other) => (one.range[0] ?? 0) - (other.range[0] ?? 0));
  return sorted.find(({ range: [from = 0, to = 0] }) => prompt > from && prompt <= to) ?? sorted.at(-1);
}

/**
 * What all tokens of a call in a tier cost; what a tier does not price costs what its input does, but an answer is never free by omission.
 */
export function tierRates(prices: Prices, tier: PriceTier): TokenRates {
  const input = numberIn(tier, 'input_cost_per_token') ?? 0;
  const output = numberIn(tier, 'output_cost_per_token');
  const cacheWrite = numberIn(tier, 'cache_creation_input_token_cost') ?? input;
  return {
    input,
    output: output ?? prices.rates.get('output_cost_per_token') ?? 0,
    cacheRead: numberIn(tier, 'cache_read_input_token_cost') ?? input,
    cacheWrite,
    cacheWriteHour: numberIn(tier, 'cache_creation_input_token_cost_above_1hr') ?? cacheWrite,
    reasoning: numberIn(tier, 'output_cost_per_reasoning_token') ?? output,
  };
}

function flatRates({ prices, prompt, tierSuffix, fromThreshold }: RateQuestion, offPeak: JsonObject | undefined): TokenRates {
  const at = (name: string): number | undefined => rateOf(prices, name, tierSuffix);
  let input = at('input_cost_per_token') ?? 0;
  // Of a model that makes images, all tokens of an answer are.
  let output = at('output_cost_per_token') || (prices.rates.get('output_cost_per_image_token') ?? 0);
  let cacheRead = at('cache_read_input_token_cost');
  let cacheWrite = at('cache_creation_input_token_cost');
  let cacheWriteHour = prices.rates.get('cache_creation_input_token_cost_above_1hr');
  for (const { tokens, label, tierSuffix: ofTier } of prices.thresholds) {
    if (!(prompt > tokens || (fromThreshold && prompt === tokens)) || (ofTier !== '' && ofTier !== tierSuffix)) continue;
    input = at(`input_cost_per_token_above_${label}_tokens`) ?? input;
    output = at(`output_cost_per_token_above_${label}_tokens`) ?? output;
    cacheRead = at(`cache_read_input_token_cost_above_${label}_tokens`) ?? cacheRead;
    cacheWrite = at(`cache_creation_input_token_cost_above_${label}_tokens`) ?? cacheWrite;
    cacheWriteHour = at(`cache_creation_input_token_cost_above_1hr_above_${label}_tokens`) ?? cacheWriteHour;
  }
  const unpriced = (offPeak === undefined ? undefined : numberIn(offPeak, 'input_cost_per_token')) ?? input;
  const written = cacheWrite ?? unpriced;
  return {
    input,
    output,
    cacheRead: cacheRead ?? unpriced,
    cacheWrite: written,
    cacheWriteHour: cacheWriteHour ?? written,
    reasoning: undefined,
  };
}

/** A price from a configuration may be a text. */
export function numberIn(prices: JsonObject, name: string): number | undefined {
  const value = prices[name];
  if (typeof value === 'number') return value;
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  return Number.isNaN(read) ? undefined : read;
}
