import { supportedParams, type JsonObject, type ModelFacts, type Plan, type Prices } from '@stagegate/core-transforms';
import { ownPrices, withoutSecrets, type ConfiguredDeployment } from '../../config/index.ts';
import { planOf } from '../tools/find-plan.ts';
import { MODEL_INFO_MEMBERS } from './model-info-members.data.ts';

/** Switches that the reference shows in every row, set or not. Source: LiteLLM 1.106.2, GenericLiteLLMParams. */
const UNSET = {
  allow_client_keepalive_override: false,
  use_in_pass_through: false,
  use_litellm_proxy: false,
  use_xai_oauth: false,
  merge_reasoning_content_in_choices: false,
} as const;

/** A deployment as the reference shows it, without keys and the headers that it sends. `withHost`: the caller may see its host. */
export function shownDeployment(deployment: ConfiguredDeployment, withHost: boolean): JsonObject {
  const { modelGroup, underlyingModel, apiBase, settings, rpm, tpm, weight, timeoutSeconds, modelInfo, facts, provider, prices } =
    deployment;
  return {
    model_name: modelGroup,
    litellm_params: {
      ...UNSET,
      ...deployment.ownPrices,
      ...settings.defaults,
      model: underlyingModel,
      ...(withHost && apiBase !== undefined && { api_base: withoutSecrets(apiBase) }),
      ...(rpm !== undefined && { rpm }),
      ...(tpm !== undefined && { tpm }),
      ...(weight !== undefined && { weight }),
      ...(timeoutSeconds !== undefined && { timeout: timeoutSeconds }),
    },
    model_info: {
      db_model: false,
      member_auto_router: false,
      ...shownFacts(underlyingModel, provider.id, facts, prices),
      supported_openai_params: shownParams(planOf(deployment, false)),
      ...modelInfo,
      ...deployment.ownPrices,
      pricing_overrides: Object.keys({ ...ownPrices(modelInfo), ...deployment.ownPrices }).toSorted(),
    },
  };
}

/** What the table knows of a model, and its prices, under the reference's names. Null: not known. */
export function shownFacts(key: string, provider: string, facts: ModelFacts | undefined, prices: Prices | undefined): JsonObject {
  return {
    ...Object.fromEntries([...MODEL_INFO_MEMBERS].map((name) => [name, null])),
    key,
    mode: facts?.mode ?? null,
    litellm_provider: provider,
    max_tokens: facts?.outputTokensMax ?? null,
    max_input_tokens: facts?.inputTokensMax ?? null,
    max_output_tokens: facts?.outputTokensMax ?? null,
    reasoning_effort_levels: facts?.reasoningEfforts === undefined ? null : [...facts.reasoningEfforts],
    default_reasoning_effort: facts?.defaultReasoningEffort ?? null,
    ...shownPrices(prices),
    ...Object.fromEntries([...(facts?.supports ?? [])].map((name) => [`supports_${name}`, true])),
    ...Object.fromEntries([...(facts?.denies ?? [])].map((name) => [`supports_${name}`, false])),
  };
}

const SEARCH = 'search_context_size_';

/** Prices of a web search stand together, by how much it brings into the prompt. */
function shownPrices(prices: Prices | undefined): JsonObject {
  const rates = [...(prices?.rates ?? [])];
  const searches = rates.filter(([name]) => name.startsWith(SEARCH));
  const multipliers = Object.entries(prices?.multipliers ?? {});
  return {
    ...Object.fromEntries(rates.filter(([name]) => !name.startsWith(SEARCH))),
    ...(searches.length > 0 && { search_context_cost_per_query: Object.fromEntries(searches) }),
    ...(prices?.offPeak !== undefined && { off_peak_pricing: prices.offPeak }),
    ...(prices?.tiers !== undefined && { tiered_pricing: [...prices.tiers] }),
    ...(multipliers.length > 0 && { provider_specific_entry: Object.fromEntries(multipliers) }),
  };
}

/** What the gateway takes itself, that the reference counts among a provider's parameters: by the format that the provider speaks. */
const TAKEN_HERE: Readonly<Record<string, readonly string[]>> = {
  'openai-chat': ['max_retries', 'extra_headers'],
  'anthropic-messages': ['stream', 'extra_headers'],
};

/** Names of OpenAI's parameters that a model takes. */
export function shownParams(plan: Plan): string[] {
  return [...supportedParams(plan), ...(TAKEN_HERE[plan.provider.format] ?? [])];
}
