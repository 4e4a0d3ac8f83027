import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from '../json/is-object.ts';
import { billingRule, type BillingRule } from '../providers/billing.ts';
import { answerTokens, countOf, promptTokens } from './billed-tokens.ts';
import { offPeakPrices } from './off-peak.ts';
import type { Prices } from './prices.ts';
import { numberIn, tierOf, tierRates, tierSuffixOf, type RateQuestion } from './token-rates.ts';
import { tokenCost, type TokenCost } from './token-cost.ts';
import { toolCost } from './tool-cost.ts';

/** A call that is to be charged. */
export interface BilledCall {
  /** LiteLLM's name of the provider. */
  readonly provider: string;
  readonly model: string;
  /** `chat`, `embedding` …; undefined when it is not known. */
  readonly mode: string | undefined;
  readonly prices: Prices;
  /** In chat's shape; see `toChatUsage` of each dialect. */
  readonly usage: JsonObject;
  /** The `service_tier` that the client asked for, and the one that the provider says it served. */
  readonly tierAsked: JsonValue | undefined;
  readonly tierServed: JsonValue | undefined;
  /** When the call is charged. */
  readonly nowSeconds: number;
  /** How long the provider took, for models that are charged by time. */
  readonly tookSeconds: number;
  /** Searches that can be seen in the answer itself. */
  readonly searchesSeen: number;
  /** `web_search_options.search_context_size`. */
  readonly searchContext: string | undefined;
  /** Where it was served, for models whose price depends on that: OpenAI's `eu` and `us`, Vertex's location. */
  readonly residency: string | undefined;
  readonly location: string | undefined;
}

/** What a call cost, USD. */
export interface CallCost extends TokenCost {
  readonly toolsUsd: number;
  /** The sum. */
  readonly usd: number;
  /** True: charged by the time that the provider took, so that the same call may cost something else the next time. */
  readonly byTime: boolean;
}

const TIMED_MODES: ReadonlySet<string> = new Set(['audio_transcription', 'chat', 'completion', 'embedding', 'responses']);

/**
 * What a call costs, as the reference computes it: with its floats, added in its order.
 *
 * cost:   one to three microseconds.
 * source: LiteLLM 1.106.2, cost_calculator.py `completion_cost` and `cost_per_token`, read 2026-11-29.
 */
export function callCost(call: BilledCall): CallCost {
  const timed = byTime(call);
  const { promptUsd, answerUsd } = timed ?? byTokens(call);
  const toolsUsd = toolCost(call);
  return { promptUsd, answerUsd, toolsUsd, usd: promptUsd + answerUsd + toolsUsd, byTime: timed !== undefined };
}

/** For models that are charged by the second and have no price per token. */
function byTime({ prices: { rates, tiers }, mode, tookSeconds }: BilledCall): TokenCost | undefined {
  const perSecond = rates.get('cost_per_second') ?? rates.get('input_cost_per_second') ?? rates.get('output_cost_per_second');
  if (perSecond === undefined || hasTokenPrices(rates, tiers) || (mode !== undefined && !TIMED_MODES.has(mode))) return undefined;
  return { promptUsd: perSecond * tookSeconds, answerUsd: 0 };
}

function hasTokenPrices(rates: Prices['rates'], tiers: Prices['tiers']): boolean {
  return (rates.get('input_cost_per_token') ?? 0) > 0 || (rates.get('output_cost_per_token') ?? 0) > 0 || tiers !== undefined;
}

function byTokens(call: BilledCall): TokenCost {
  const { usage } = call;
  const rule = billingRule(call.provider);
  const stated = rule.statesCost === true ? statedCost(usage['cost']) : undefined;
  if (stated !== undefined) return stated;
  if (rule.method === 'free') return { promptUsd: 0, answerUsd: 0 };
  if (rule.method === 'one-tier') return oneTierCost(call);
  if (rule.method === 'with-searches') return withSearchesCost(call);
  const ownLength = rule.byOwnLength === true ? ownLengthCost(call) : undefined;
  const cost = ownLength ?? tokenCost(rule.reasoningIsAnswer === true ? withWholeAnswer(usage) : usage, questionOf(call, rule));
  switch (rule.factor) {
    case 'residency':
      return scaled(cost, residencyFactor(call));
    case 'location':
      return scaled(cost, locationFactor(call));
    case 'speed-and-place':
      return scaled(scaled(cost, speedFactor(call)), placeFactor(call));
    default:
      return cost;
  }
}

function questionOf({ mode, prices, usage, tierAsked, tierServed, nowSeconds }: BilledCall, rule: BillingRule): RateQuestion {
  return {
    // Embeddings are not cached.
    prices: rule.cacheReadRatio === undefined || mode === 'embedding' ? prices : withCacheReads(prices, rule.cacheReadRatio),
    prompt: countOf(usage['prompt_tokens']),
    tierSuffix: tierSuffixOf(tierAsked, tierServed),
    nowSeconds,
    fromThreshold: rule.fromThreshold === true,
  };
}

function withCacheReads(prices: Prices, ratio: number): Prices {
  const input = prices.rates.get('input_cost_per_token');
  if (input === undefined || prices.rates.has('cache_read_input_token_cost')) return prices;
  return { ...prices, rates: new Map([...prices.rates, ['cache_read_input_token_cost', input * ratio]]) };
}

/** A cost that the provider itself states. */
function statedCost(given: JsonValue | undefined): TokenCost | undefined {
  const cost = isObject(given) ? given['total_cost'] : given;
  return typeof cost === 'number' && Number.isFinite(cost) && cost >= 0 ? { promptUsd: 0, answerUsd: cost } : undefined;
}

/** Adds reasoning that was counted beside the answer, unless that was done before. */
function withWholeAnswer(usage: JsonObject): JsonObject {
  const completion = countOf(usage['completion_tokens']);
  const isWhole = countOf(usage['total_tokens']) === countOf(usage['prompt_tokens']) + completion;
  const { completion_tokens_details: _details, ...kept } = usage;
  return { ...kept, completion_tokens: isWhole ? completion : completion + answerTokens(usage).reasoning };
}

function withSearchesCost({ prices, usage, nowSeconds }: BilledCall): TokenCost {
  const { rates } = prices;
  const offPeak = offPeakPrices(prices.offPeak, nowSeconds) ?? {};
  const input = numberIn(offPeak, 'input_cost_per_token') ?? rates.get('input_cost_per_token') ?? 0;
  const output = numberIn(offPeak, 'output_cost_per_token') ?? rates.get('output_cost_per_token') ?? 0;
  const details = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
  const completion = countOf(usage['completion_tokens']);
  const { reasoning } = answerTokens(usage);
  const reasoningRate = rates.get('output_cost_per_reasoning_token');
  const split = reasoning > 0 && reasoningRate !== undefined;
  return {
    promptUsd: countOf(usage['prompt_tokens']) * input + countOf(usage['citation_tokens']) * (rates.get('citation_cost_per_token') ?? 0),
    answerUsd:
      (split ? Math.max(0, completion - reasoning) * output + reasoning * reasoningRate : completion * output) +
      countOf(details['web_search_requests']) * (rates.get('search_context_size_low') ?? 0),
  };
}

/** Everything at the prices of one tier, with reasoning apart from the rest of the answer. */
function oneTierCost({ prices, usage, nowSeconds }: BilledCall): TokenCost {
  const { cached, written } = promptTokens(usage);
  const text = Math.max(countOf(usage['prompt_tokens']) - cached - written, 0);
  const { reasoning } = answerTokens(usage);
  const rest = Math.max(countOf(usage['completion_tokens']) - reasoning, 0);
  const tier = tierOf(prices.tiers, text + cached + written);
  const flat = (name: string, fallback: string): number => prices.rates.get(name) ?? prices.rates.get(fallback) ?? 0;
  const rates =
    tier === undefined
      ? {
          input: prices.rates.get('input_cost_per_token') ?? 0,
          cacheRead: flat('cache_read_input_token_cost', 'input_cost_per_token'),
          cacheWrite: flat('cache_creation_input_token_cost', 'input_cost_per_token'),
          output: prices.rates.get('output_cost_per_token') ?? 0,
          reasoning: prices.rates.get('output_cost_per_reasoning_token'),
        }
      : tierRates(prices, tier);
  const offPeak = offPeakPrices(prices.offPeak, nowSeconds) ?? {};
  const output = numberIn(offPeak, 'output_cost_per_token') ?? rates.output;
  const reasoningRate = numberIn(offPeak, 'output_cost_per_reasoning_token') ?? rates.reasoning ?? output;
  return {
    promptUsd:
      text * (numberIn(offPeak, 'input_cost_per_token') ?? rates.input) +
      cached * (numberIn(offPeak, 'cache_read_input_token_cost') ?? rates.cacheRead) +
      written * (numberIn(offPeak, 'cache_creation_input_token_cost') ?? rates.cacheWrite),
    answerUsd: rest * output + reasoning * reasoningRate,
  };
}

/** Undefined for models without a price above 128k. */
function ownLengthCost(call: BilledCall): TokenCost | undefined {
  const { rates } = call.prices;
  const input = rates.get('input_cost_per_token_above_128k_tokens');
  const output = rates.get('output_cost_per_token_above_128k_tokens');
  if (input === undefined && output === undefined) return undefined;
  return {
    promptUsd: byLength(countOf(call.usage['prompt_tokens']), input, rates.get('input_cost_per_token') ?? 0),
    answerUsd: byLength(countOf(call.usage['completion_tokens']), output, rates.get('output_cost_per_token') ?? 0),
  };
}

function byLength(tokens: number, above: number | undefined, below: number): number {
  return tokens * (tokens > 128_000 ? (above ?? below) : below);
}

function scaled(cost: TokenCost, factor: number): TokenCost {
  return factor === 1 ? cost : { promptUsd: cost.promptUsd * factor, answerUsd: cost.answerUsd * factor };
}

function residencyFactor({ prices, residency }: BilledCall): number {
  return residency === undefined ? 1 : (prices.rates.get(`regional_processing_uplift_multiplier_${residency}`) ?? 1);
}

function locationFactor({ prices, location }: BilledCall): number {
  if (location === undefined || location.toLowerCase() === 'global') return 1;
  return prices.rates.get('regional_endpoint_uplift_multiplier') ?? 1;
}

function speedFactor({ prices, usage }: BilledCall): number {
  return usage['speed'] === 'fast' ? (prices.multipliers['fast'] ?? 1) : 1;
}

function placeFactor({ prices, usage: { inference_geo: geo } }: BilledCall): number {
  return typeof geo === 'string' ? (prices.multipliers[geo.toLowerCase()] ?? 1) : 1;
}
