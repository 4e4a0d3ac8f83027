import type { Prices } from '@stagegate/core-transforms';
import type { DeploymentRouting, TokenLimits } from '../ports/index.ts';
import type { ParsedConfig, ParsedDeployment, ParsedParams } from './parsed-config.ts';
import { toBudget } from './router-budgets.ts';
import { toPattern } from './to-pattern.ts';
import { toPolicy } from './to-router.ts';

/** The price of a token, prompt and answer each, where none is known. */
const UNKNOWN_COST_USD = 5;

/** What a row tells the router; undefined when it tells nothing. */
export function toDeploymentRouting(
  { model_info: info, ...row }: ParsedDeployment,
  params: ParsedParams,
  id: string,
  global: ParsedConfig,
  prices: Prices | undefined,
): DeploymentRouting | undefined {
  const parallelMax = parallelOf(params, row, global);
  const order = params.order ?? numberOf(info?.['order']);
  const cooldownSeconds = numberOf(info?.['cooldown_time']) ?? params.cooldown_time ?? undefined;
  const allowedFails = numberOf(info?.['allowed_fails']);
  const allowedFailsPolicy = toPolicy(policyOf(info?.['allowed_fails_policy']), 'AllowedFails');
  const inputTokensMax = numberOf(info?.['max_input_tokens']);
  const tokenCostUsd = costOf(params, prices);
  const budget = toBudget(id, params.max_budget, params.budget_duration, 'deployment');
  const enforced = global.router_settings?.optional_pre_call_checks?.includes('enforce_model_rate_limits') === true;
  const tokenLimits = enforced ? tokenLimitsOf({ model_info: info, ...row }, params) : undefined;
  const infoLimits = { requests: numberOf(info?.['rpm']), tokens: numberOf(info?.['tpm']) };
  const tagFiltering = info?.['enable_tag_filtering'];
  const tagPatterns = patternsOf(params.tag_regex ?? []);
  const routing: DeploymentRouting = {
    ...(order !== undefined && { order }),
    ...(parallelMax !== undefined && { parallelMax }),
    ...(typeof params.num_retries === 'number' && { retriesMax: params.num_retries }),
    ...(cooldownSeconds !== undefined && { cooldownSeconds }),
    ...(allowedFails !== undefined && { allowedFails }),
    ...(allowedFailsPolicy !== undefined && { allowedFailsPolicy }),
    ...(isFilled(params.tags) && { tags: params.tags }),
    ...(tagPatterns.length > 0 && { tagPatterns }),
    ...(typeof tagFiltering === 'boolean' && { tagFiltering }),
    ...(info?.['allow_fail_open'] === true && { failsOpen: true }),
    ...(typeof params.region_name === 'string' && { region: params.region_name }),
    ...(tokenCostUsd !== undefined && { tokenCostUsd }),
    ...(budget !== undefined && { budget }),
    ...((infoLimits.requests ?? infoLimits.tokens) !== undefined && { infoLimits }),
    ...(tokenLimits !== undefined && { tokenLimits }),
    ...(inputTokensMax !== undefined && { inputTokensMax }),
  };
  return Object.keys(routing).length === 0 ? undefined : routing;
}

/** Source: LiteLLM 1.106.2, utils.py `calculate_max_parallel_requests`: six requests per thousand tokens, as Azure counts. */
function parallelOf(params: ParsedParams, row: Readonly<Record<string, unknown>>, global: ParsedConfig): number | undefined {
  const tpm = params.tpm ?? numberOf(row['tpm']);
  const byTokens = tpm === undefined ? undefined : Math.max(1, Math.floor((tpm / 1000) * 6));
  const own = params.max_parallel_requests ?? params.rpm ?? numberOf(row['rpm']) ?? byTokens;
  return own ?? global.router_settings?.default_max_parallel_requests ?? undefined;
}

/** `itpm` and `otpm`, from any of the places where a row may have them; undefined: it has neither. */
export function tokenLimitsOf({ model_info: info, ...row }: ParsedDeployment, params: ParsedParams): TokenLimits | undefined {
  const [input, output] = (['itpm', 'otpm'] as const).map((name) => numberOf(row[name]) ?? params[name] ?? numberOf(info?.[name]));
  return input === undefined && output === undefined ? undefined : { input, output };
}

/** A price of 0 in the row counts as none, as in the reference. */
function costOf(params: ParsedParams, prices: Prices | undefined): number | undefined {
  const input = params.input_cost_per_token || prices?.rates.get('input_cost_per_token');
  const output = params.output_cost_per_token || prices?.rates.get('output_cost_per_token');
  return input === undefined && output === undefined ? undefined : (input ?? UNKNOWN_COST_USD) + (output ?? UNKNOWN_COST_USD);
}

/** Invalid patterns are left out, as in the reference. */
function patternsOf(sources: readonly string[]): readonly RegExp[] {
  return sources.flatMap((source) => toPattern(source) ?? []);
}

function policyOf(value: unknown): Readonly<Record<string, number>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

function isFilled(list: readonly string[] | null | undefined): list is readonly string[] {
  return list !== undefined && list !== null && list.length > 0;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
