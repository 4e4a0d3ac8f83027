import {
  billedUsage,
  callCost,
  findNamedPrices,
  isObject,
  type CallCost,
  type CallTransform,
  type DialectId,
  type JsonObject,
  type JsonValue,
  type Prices,
} from '@stagegate/core-transforms';
import type { Deployment } from '../ports/index.ts';
import { PromptSize } from '../routing/prompt-size.ts';
import { toCharge, type Charge } from './markup.ts';

/** An answer that is to be charged. */
export interface AnswerToBill {
  readonly deployment: Deployment;
  /** The client's. */
  readonly dialect: DialectId;
  /** The client's. */
  readonly body: JsonObject;
  /** The answer, or the part of a stream that matters: read for the service tier and for searches. */
  readonly text: string;
  /** The transform through which the provider was asked. */
  readonly transform: Pick<CallTransform, 'dropsTier'>;
  /** As the provider counted; undefined when it did not. */
  readonly usage: JsonObject | undefined;
  /** Estimated tokens of the answer if there is no count; else 0. */
  readonly guessedTokens: number;
  /** The provider's name for the model, where the answer is to be charged by that if its price is known: see `isChargedByAnswer`. */
  readonly answerModel: string | undefined;
  readonly nowSeconds: number;
  /** How long the provider took. */
  readonly tookSeconds: number;
}

/** What a call costs, and what it is charged: `usd`. */
export type ChargedCost = CallCost & Charge;

/** The cost of an answer, and its tokens. */
export interface Bill {
  /** Undefined: the model's price is not known. */
  readonly cost: ChargedCost | undefined;
  /** In the form of chat completions. */
  readonly usage: JsonObject;
  /** Tokens. */
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
}

/** A model under the name by which it is charged. */
interface PricedModel {
  readonly model: string;
  readonly mode: string | undefined;
  readonly prices: Prices | undefined;
}

/** What of a deployment decides about prices, worked out once. */
interface Profile extends PricedModel {
  readonly provider: string;
  readonly residency: string | undefined;
  readonly location: string | undefined;
}

const profiles = new WeakMap<Deployment, Profile>();

/** Whether answers cost anything: counting tokens, and reading responses that were paid for before, do not. */
export function isBilled(dialect: DialectId): boolean {
  return dialect !== 'anthropic-count-tokens' && dialect !== 'openai-responses-stored';
}

/**
 * What an answer costs, and its tokens.
 *
 * out:  tokens are estimates where the provider counted none.
 * cost: a few microseconds; without a count, linear in the prompt.
 */
export function billAnswer(answer: AnswerToBill): Bill {
  const { deployment, dialect, body, text, transform, answerModel, nowSeconds, tookSeconds } = answer;
  const usage = chatUsage(answer);
  const { provider, residency, location, ...asked } = profileOf(deployment);
  const { model, mode, prices } = pricedAs(provider, answerModel) ?? asked;
  const counted = {
    usage,
    prompt: countOf(usage['prompt_tokens']),
    completion: countOf(usage['completion_tokens']),
    total: countOf(usage['total_tokens']),
  };
  if (prices === undefined) return { ...counted, cost: undefined };
  const charged = (cost: CallCost): ChargedCost => ({ ...cost, ...toCharge(cost.usd, deployment.markup) });
  if (dialect === 'mistral-ocr') return { ...counted, cost: charged(pagesCost(text, prices)) };
  const searches = prices.rates.has('search_context_size_medium') ? countSearches(text) : 0;
  const options = body['web_search_options'];
  const context = isObject(options) ? options['search_context_size'] : undefined;
  const cost = callCost({
    provider,
    model,
    mode,
    prices,
    usage: deployment.pricesFrom === 'row' ? { ...usage, cost: null } : usage,
    tierAsked: transform.dropsTier === true ? undefined : body['service_tier'],
    tierServed: servedTier(text) ?? usage['service_tier'],
    nowSeconds,
    tookSeconds,
    searchesSeen: searches,
    searchContext: typeof context === 'string' ? context : undefined,
    residency,
    location,
  });
  return { ...counted, cost: charged(cost) };
}

const pricedByName = new Map<string, PricedModel | undefined>();
/** How many names are cached: providers choose them. */
const NAMES_MAX = 1_000;

/** Undefined: the price is not known. */
function pricedAs(provider: string, model: string | undefined): PricedModel | undefined {
  if (model === undefined) return undefined;
  const name = `${provider}/${model}`;
  if (pricedByName.has(name)) return pricedByName.get(name);
  const named = findNamedPrices(provider, model);
  const found = named && { model, mode: named.facts?.mode, prices: named.prices };
  if (pricedByName.size >= NAMES_MAX) pricedByName.clear();
  pricedByName.set(name, found);
  return found;
}

function chatUsage({ body, usage, guessedTokens }: AnswerToBill): JsonObject {
  if (usage !== undefined) return billedUsage(usage);
  if (guessedTokens === 0) return {};
  const prompt = new PromptSize(body).tokens();
  return { prompt_tokens: prompt, completion_tokens: guessedTokens, total_tokens: prompt + guessedTokens };
}

function profileOf(deployment: Deployment): Profile {
  const known = profiles.get(deployment);
  if (known !== undefined) return known;
  const { provider, model, facts, prices, apiBase, settings } = deployment;
  const location = settings.options['vertex_location'] ?? settings.options['vertex_ai_location'];
  const made: Profile = {
    provider: provider.id,
    model,
    mode: facts?.mode,
    prices,
    residency: /^https:\/\/(eu|us)\.api\.openai\.com(?:\/|$)/u.exec(apiBase ?? '')?.[1],
    location: typeof location === 'string' ? location : undefined,
  };
  profiles.set(deployment, made);
  return made;
}

function servedTier(text: string): string | undefined {
  const at = text.indexOf('"service_tier"');
  return at === -1 ? undefined : /^"service_tier":\s*"(\w+)"/u.exec(text.slice(at, at + 60))?.[1];
}

/** Chat shows searches as citations, which do not say how many searches there were. Responses list each. */
function countSearches(text: string): number {
  const calls = text.split('"type":"web_search_call"').length - 1;
  return calls > 0 ? calls : text.includes('"url_citation"') ? 1 : 0;
}

function pagesCost(text: string, { rates }: Prices): CallCost {
  const pages = Number(/"pages_processed":\s*(\d+)/u.exec(text)?.[1] ?? 0);
  const promptUsd = pages * (rates.get('ocr_cost_per_page') ?? 0);
  return { promptUsd, answerUsd: 0, toolsUsd: 0, usd: promptUsd, byTime: false };
}

function countOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
