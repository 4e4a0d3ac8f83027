import type { JsonObject, JsonValue } from '../contract/json.ts';
import { lookupModelFacts, type ModelFacts } from '../facts/model-facts.ts';
import { isObject } from '../json/is-object.ts';
import { billingRule, type BillingRule } from '../providers/billing.ts';
import { toPrices, type Prices, type PriceTier } from './prices.ts';
import { numberIn } from './token-rates.ts';

/** The prices of models that are in the table without one, and of those that run on one's own machine: they are free. */
const FREE = toPrices(new Map());

/** Prices in a configuration that do not include one per token are not taken for a complete list. */
const WHOLE_LIST =
  /cost_per.*token|^(?:cost_per_second|input_cost_per_second|output_cost_per_second|input_cost_per_query|tiered_pricing)$/u;
const CACHE_PRICES = [
  'cache_creation_input_token_cost',
  'cache_creation_input_token_cost_above_1hr',
  'cache_creation_input_token_cost_above_200k_tokens',
  'cache_read_input_token_cost',
  'cache_read_input_token_cost_above_200k_tokens',
];
const TIER_SUFFIX = /_(?:flex|balanced|priority|ultrafast)$/u;

/**
 * What a provider's model costs by the table, or by its size where the provider prices by size; undefined when it is not known.
 *
 * in: LiteLLM's provider id, the model's name there, and its row in the table.
 */
export function findPrices(provider: string, model: string, facts: ModelFacts | undefined): Prices | undefined {
  const rule = billingRule(provider);
  const isKnown = facts?.mode !== undefined;
  if (facts?.prices?.rates.has('input_cost_per_token') !== true) {
    const row = sizedRow(model.toLowerCase(), facts?.mode, rule) ?? (isKnown ? undefined : rule.unsizedRow);
    if (row !== undefined) return lookupModelFacts(provider, row)?.prices;
  }
  if (facts?.prices !== undefined) return facts.prices;
  // What is implied of all of a provider's models is no row of the table; a row has a mode.
  return isKnown || rule.method === 'free' || rule.statesCost === true ? FREE : undefined;
}

/** What a name costs, like `findPrices`, if the table has that very name: undefined for a name that is only known by its family. */
export function findNamedPrices(
  provider: string,
  model: string,
): { readonly facts: ModelFacts | undefined; readonly prices: Prices } | undefined {
  const facts = lookupModelFacts(provider, model);
  const prices = findPrices(provider, model, facts);
  return prices === undefined || prices === FREE ? undefined : { facts, prices };
}

function sizedRow(model: string, mode: string | undefined, { sizes = [] }: BillingRule): string | undefined {
  const own = sizes.filter((entry) => entry.mode === mode && mode !== undefined);
  for (const { pattern, prices } of own.length > 0 ? own : sizes.filter((entry) => entry.mode === undefined)) {
    const [, ...groups] = pattern.exec(model) ?? [];
    if (groups.length === 0) continue;
    const size = groups.reduce((product, digits) => product * Number(digits), 1);
    const found = prices.find(([max]) => size <= max)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A deployment's prices where its configuration sets some; for caching and service tiers that it leaves out, the model's.
 *
 * in:     the model's prices, members of `litellm_params` and `model_info`.
 * source: LiteLLM 1.106.2, router.py `_deployment_model_cost_payload`, read 2026-11-29.
 */
export function withOwnPrices(model: Prices | undefined, own: JsonObject): Prices | undefined {
  const names = Object.keys(own).filter((name) => own[name] !== null && own[name] !== undefined);
  const { off_peak_pricing: offPeak, tiered_pricing: tiers, search_context_cost_per_query: searches } = own;
  const given = new Map([...numbersOf(own), ...(isObject(searches) ? numbersOf(searches) : [])]);
  const shaped = { ...(isTiers(tiers) && { tiers }), ...(isObject(offPeak) && { offPeak }) };
  if (!names.some((name) => WHOLE_LIST.test(name))) {
    if (!isObject(offPeak)) return model;
    return model === undefined ? undefined : { ...model, offPeak };
  }
  const input = given.has('input_cost_per_token');
  const inherited = [...(model?.rates ?? [])].filter(
    ([name]) => (input && CACHE_PRICES.includes(name)) || ((input || given.has('output_cost_per_token')) && TIER_SUFFIX.test(name)),
  );
  const output = isTiers(tiers) && !given.has('output_cost_per_token') ? model?.rates.get('output_cost_per_token') : undefined;
  return toPrices(new Map([...inherited, ...(output === undefined ? [] : [['output_cost_per_token', output] as const]), ...given]), shaped);
}

function numbersOf(prices: JsonObject): readonly (readonly [string, number])[] {
  return Object.keys(prices).flatMap((name) => {
    const value = /cost|multiplier|^search_context_size/u.test(name) ? numberIn(prices, name) : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
}

function isTiers(value: JsonValue | undefined): value is readonly PriceTier[] {
  return Array.isArray(value) && value.every((tier) => isObject(tier) && Array.isArray(tier['range']));
}
