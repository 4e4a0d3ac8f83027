import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from '../json/is-object.ts';
import { billingRule, type BillingRule } from '../providers/billing.ts';
import { countOf } from './billed-tokens.ts';
import type { Prices } from './prices.ts';

/** Of the built-in search, where a model's prices are silent: USD. Source: as `toolCost`. */
const GROUNDING_USD = 0.035;
const CALL_USD = 5 / 1000;
const VISIT_USD = 1 / 1000;
const MAPS_QUERY_USD = 0.014;
const MAPS_PROMPT_USD = 0.025;

/** What is needed to price the tools that a provider ran itself. */
export interface ToolsUsed {
  readonly provider: string;
  /** The model's name, for providers that charge by its family. */
  readonly model: string;
  readonly prices: Prices;
  /** In chat's shape. */
  readonly usage: JsonObject;
  /** Searches that the answer itself shows, for providers that do not count them in usage; 0 when there was none. */
  readonly searchesSeen: number;
  /** `low`, `medium`, `high`: how much the client lets a search bring in. */
  readonly searchContext: string | undefined;
}

/**
 * The cost of tools that a provider ran itself, such as web searches and look-ups in maps. USD.
 *
 * source: LiteLLM 1.106.2, llm_cost_calc/tool_call_cost_tracking.py and the providers' own calculators, read 2026-11-29.
 */
export function toolCost(used: ToolsUsed): number {
  const { prices, usage } = used;
  const kind = searchesOf(used);
  const maps = kind === 'grounded' ? mapsCost(usage, prices) : 0;
  const details = usage['prompt_tokens_details'];
  const server = usage['server_tool_use'];
  const counted = isObject(details) ? details['web_search_requests'] : undefined;
  const served = isObject(server) ? server['web_search_requests'] : undefined;
  const called = isObject(usage['server_side_tool_usage_details'])
    ? countOf(usage['server_side_tool_usage_details']['web_search_calls'])
    : 0;
  if (!isSaid(counted) && !isSaid(served) && called <= 0 && used.searchesSeen === 0) return maps;
  switch (kind) {
    case 'grounded': {
      const requests = countOf(counted) || countOf(served);
      return maps + (prices.rates.get('search_context_size_medium') ?? GROUNDING_USD) * billedOnce(requests, prices);
    }
    case 'requests':
      return maps + (prices.rates.get('search_context_size_medium') ?? 0) * countOf(served);
    case 'in-tokens':
      return maps;
    case 'calls':
      return maps + (typeof usage['cost'] === 'number' ? 0 : called * callPrice(prices));
    case 'requests-and-visits': {
      const visits = isObject(server) ? countOf(server['browser_open_requests']) : 0;
      return maps + countOf(served) * (prices.rates.get('search_context_size_medium') ?? 0) + visits * VISIT_USD;
    }
    default:
      return maps + (prices.rates.get(`search_context_size_${contextOf(used)}`) ?? 0) * Math.max(used.searchesSeen, called, 1);
  }
}

/** On Vertex, Claude is charged as its maker charges. */
function searchesOf({ provider, model }: ToolsUsed): BillingRule['searches'] {
  const { searches } = billingRule(provider);
  if (searches !== 'grounded-unless-claude') return searches;
  return model.toLowerCase().includes('claude') ? 'requests' : 'grounded';
}

function contextOf({ searchContext }: ToolsUsed): string {
  return searchContext === 'low' || searchContext === 'high' ? searchContext : 'medium';
}

function billedOnce(requests: number, { searchesPerQuery }: Prices): number {
  return requests > 0 && !searchesPerQuery ? 1 : requests;
}

function callPrice({ rates }: Prices): number {
  const found = ['medium', 'low', 'high']
    .map((size) => rates.get(`search_context_size_${size}`))
    .find((usd) => usd !== undefined && usd > 0);
  return found ?? CALL_USD;
}

function mapsCost(usage: JsonObject, prices: Prices): number {
  const details = usage['prompt_tokens_details'];
  const requests = isObject(details) ? countOf(details['google_maps_grounding_requests']) : 0;
  if (requests <= 0) return 0;
  const usd = prices.rates.get('google_maps_grounding_cost_per_query') ?? (prices.searchesPerQuery ? MAPS_QUERY_USD : MAPS_PROMPT_USD);
  return usd * billedOnce(requests, prices);
}

function isSaid(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}
