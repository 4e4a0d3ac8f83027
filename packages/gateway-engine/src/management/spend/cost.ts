import {
  isObject,
  billedUsage,
  callCost,
  countPrompt,
  estimateTextTokens,
  findPrices,
  tokenRates,
  type CallCost,
  type JsonObject,
  type JsonValue,
  type Prices,
} from '@stagegate/core-transforms';
import { compileModelNames } from '../../auth/index.ts';
import { withMarkup } from '../../billing/index.ts';
import type { Caller, ManagedCall, Markup } from '../../ports/index.ts';
import { compileModels } from '../../routing/index.ts';
import type { ManagementParts } from '../parts.ts';
import { readFields } from '../read-fields.ts';
import { refuse, refuseInDetail, refuseInvalid, type Refusal } from '../refusal.ts';
import { findUsable, planOfName } from '../tools/find-plan.ts';

/** A model whose prices are known. */
interface PricedModel {
  readonly provider: string;
  readonly model: string;
  readonly mode: string | undefined;
  readonly prices: Prices;
  /** Undefined where the model is not on this gateway. */
  readonly markup: Markup | undefined;
}

/** A model of this gateway that the caller may use, or else one of the model table; undefined: no prices are known. */
function findPriced({ config }: ManagementParts, caller: Caller, name: string): PricedModel | undefined {
  const deployment = findUsable(config, caller, name, compileModelNames(config, compileModels(config)));
  const found = deployment ?? planOfName(name, undefined);
  if (found === undefined) return undefined;
  const { provider, model, facts } = found;
  const prices = deployment === undefined ? findPrices(provider.id, model, facts) : deployment.prices;
  return prices && { provider: provider.id, model, mode: facts?.mode, prices, markup: deployment?.markup };
}

function costOf({ markup, ...priced }: PricedModel, usage: JsonObject, nowSeconds: number): CallCost & { readonly marginUsd: number } {
  const cost = callCost({
    ...priced,
    usage: billedUsage(usage),
    tierAsked: undefined,
    tierServed: usage['service_tier'],
    nowSeconds,
    tookSeconds: 0,
    searchesSeen: 0,
    searchContext: undefined,
    residency: undefined,
    location: undefined,
  });
  const undone = markup === undefined ? cost.usd : withMarkup(cost.usd, { ...markup, margin: 0, fixedUsd: 0 });
  const usd = withMarkup(cost.usd, markup);
  return { ...cost, usd, marginUsd: usd - undone };
}

/** POST /spend/calculate: the cost of a prompt, by an estimate of its tokens, or of an answer, by its own usage. */
export async function calculateSpend(parts: ManagementParts, { caller, body }: ManagedCall): Promise<unknown> {
  const {
    model,
    messages,
    completion_response: answer,
  } = readFields(body, {
    model: 'text',
    messages: 'objects',
    completion_response: 'object',
  });
  const nowSeconds = parts.clock.nowMs() / 1_000;
  if (typeof model === 'string') {
    if (!Array.isArray(messages)) throw refuse(400, "Bad Request - messages must be provided if 'model' is provided", 'bad_request_error');
    const prompt = countPrompt({ messages, system: undefined, tools: undefined }, estimateTextTokens);
    return { cost: costOf(needPriced(parts, caller, model), { prompt_tokens: prompt, completion_tokens: 0 }, nowSeconds).usd };
  }
  if (!isObject(answer)) {
    throw refuse(400, "Bad Request - Either 'model' or 'completion_response' must be provided", 'bad_request_error');
  }
  const usage = isObject(answer['usage']) ? answer['usage'] : {};
  return { cost: costOf(needPriced(parts, caller, String(answer['model'])), usage, nowSeconds).usd };
}

function needPriced(parts: ManagementParts, caller: Caller, name: string): PricedModel {
  const priced = findPriced(parts, caller, name);
  if (priced === undefined) throw refuse(400, `Nobody knows what model=${name} costs.`, 'bad_request_error', 'model');
  return priced;
}

const ESTIMATE = {
  model: 'text!',
  input_tokens: 'integer!',
  output_tokens: 'integer!',
  cache_read_input_tokens: 'integer',
  cache_creation_input_tokens: 'integer',
  reasoning_tokens: 'integer',
  num_requests_per_day: 'integer',
  num_requests_per_month: 'integer',
} as const;

/** POST /cost/estimate: the cost of calls of a given size: per call, per day and per month. */
export async function estimateCost(parts: ManagementParts, { caller, body }: ManagedCall): Promise<unknown> {
  const asked = readEstimate(body);
  const { model, input, output, cacheRead, cacheWrite, reasoning, perDay, perMonth } = asked;
  const priced = findPriced(parts, caller, model);
  if (priced === undefined)
    throw refuseInDetail(404, { error: `Could not calculate cost for model '${model}': nobody knows what it costs` });
  const nowSeconds = parts.clock.nowMs() / 1_000;
  const cost = costOf(priced, toUsage(asked), nowSeconds);
  const rates = tokenRates({ prices: priced.prices, prompt: input, tierSuffix: '', nowSeconds, fromThreshold: false });
  const reasoningRate = rates.reasoning ?? rates.output;
  const lines = {
    cost: cost.usd,
    input_cost: cost.promptUsd,
    output_cost: cost.answerUsd,
    margin_cost: cost.marginUsd,
    cache_read_cost: cacheRead * rates.cacheRead,
    cache_creation_cost: cacheWrite * rates.cacheWrite,
    reasoning_cost: reasoning * reasoningRate,
  };
  return {
    model,
    input_tokens: input,
    output_tokens: output,
    cache_read_input_tokens: cacheRead,
    cache_creation_input_tokens: cacheWrite,
    reasoning_tokens: reasoning,
    num_requests_per_day: perDay ?? null,
    num_requests_per_month: perMonth ?? null,
    ...named(lines, (name) => `${name}_per_request`, 1),
    ...named(lines, (name) => `daily_${name}`, perDay),
    ...named(lines, (name) => `monthly_${name}`, perMonth),
    input_cost_per_token: rates.input,
    output_cost_per_token: rates.output,
    cache_read_input_token_cost: rates.cacheRead,
    cache_creation_input_token_cost: rates.cacheWrite,
    output_cost_per_reasoning_token: reasoningRate,
    provider: priced.provider,
  };
}

type Lines = Readonly<Record<string, number>>;

/** Costs of `times` calls under new names, in USD; null where `times` was not given. */
function named(lines: Lines, toName: (name: string) => string, times: number | undefined): Readonly<Record<string, number | null>> {
  return Object.fromEntries(Object.entries(lines).map(([name, usd]) => [toName(name), times === undefined ? null : usd * times]));
}

interface Estimate {
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
  readonly perDay: number | undefined;
  readonly perMonth: number | undefined;
}

function readEstimate(body: JsonObject): Estimate {
  const fields = readFields(body, ESTIMATE);
  const below = Object.entries(fields).find(([, value]) => typeof value === 'number' && value < 0);
  if (below !== undefined) {
    throw refuseInvalid([{ type: 'greater_than_equal', loc: ['body', below[0]], msg: 'Input should be greater than or equal to 0' }]);
  }
  const estimate = {
    model: String(fields['model']),
    input: countIn(fields['input_tokens']) ?? 0,
    output: countIn(fields['output_tokens']) ?? 0,
    cacheRead: countIn(fields['cache_read_input_tokens']) ?? 0,
    cacheWrite: countIn(fields['cache_creation_input_tokens']) ?? 0,
    reasoning: countIn(fields['reasoning_tokens']) ?? 0,
    perDay: countIn(fields['num_requests_per_day']),
    perMonth: countIn(fields['num_requests_per_month']),
  };
  if (estimate.cacheRead + estimate.cacheWrite > estimate.input) {
    throw wrong('cache_read_input_tokens plus cache_creation_input_tokens cannot exceed input_tokens');
  }
  if (estimate.reasoning > estimate.output) throw wrong('reasoning_tokens cannot exceed output_tokens');
  return estimate;
}

function wrong(msg: string): Refusal {
  return refuseInvalid([{ type: 'value_error', loc: ['body'], msg: `Value error, ${msg}` }]);
}

function countIn(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function toUsage({ input, output, cacheRead, cacheWrite, reasoning }: Estimate): JsonObject {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(cacheRead + cacheWrite > 0 && { prompt_tokens_details: { cached_tokens: cacheRead, cache_creation_tokens: cacheWrite } }),
    ...(reasoning > 0 && { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}
