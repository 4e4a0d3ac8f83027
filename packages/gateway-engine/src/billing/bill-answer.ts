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
import { withMarkup } from './markup.ts';

/** An answer that is to be charged. */
export interface AnswerToBill {
  readonly deployment: Deployment;
  /** The client's. */
  readonly dialect: DialectId;
  /** The client's. */
  readonly body: JsonObject;
  /** The answer, or as much of a stream as tells of it: read for the tier that was served, and for searches. */
  readonly text: string;
  /** What the provider was asked through. */
  readonly transform: Pick<CallTransform, 'dropsTier'>;
  /** As the provider counted; undefined when it did not. */
  readonly usage: JsonObject | undefined;
  /** Tokens of the answer where nobody counted them; 0 where it was counted. */
  readonly guessedTokens: number;
  /** What the provider calls the model, where that is to be charged if anybody knows what it costs: see `isChargedByAnswer`. */
  readonly answerModel: string | undefined;
  readonly nowSeconds: number;
  /** How long the provider took. */
  readonly tookSeconds: number;
}

/** What an answer counts for. */
export interface Bill {
  /** Undefined: nobody knows what the model costs. */
  readonly cost: CallCost | undefined;
  /** In chat's words. */
  readonly usage: JsonObject;
  /** Tokens. */
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
}

/** A model, as it is charged. */
interface PricedModel {
  readonly model: string;
  readonly mode: string | undefined;
  readonly prices: Prices | undefined;
}

/** What of a deployment decides over prices, worked out once. */
interface Profile extends PricedModel {
  readonly provider: string;
  readonly residency: string | undefined;
  readonly location: string | undefined;
}

const profiles = new WeakMap<Deployment, Profile>();

/** To ask how long a prompt is, or for an answer that was paid for before, costs nothing. */
export function isBilled(dialect: DialectId): boolean {
  return dialect !== 'anthropic-count-tokens' && dialect !== 'openai-responses-stored';
}

/**
 * What an answer costs and counts.
 *
 * out:  tokens of prompt and answer are estimates where the provider counted none.
 * cost: a few microseconds; where nobody counted, linear in the prompt.
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
  const charged = (cost: CallCost): CallCost => ({ ...cost, usd: withMarkup(cost.usd, deployment.markup) });
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
/** Providers choose these names, so that there must be an end to them. */
const NAMES_MAX = 1_000;

/** Undefined: nobody knows what it costs. */
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

/** Searches show as citations in chat, which do not say how many there were, and one by one in responses. */
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
