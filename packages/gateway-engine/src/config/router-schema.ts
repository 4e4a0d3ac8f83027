import * as v from 'valibot';
import { ACCESS_WINDOWS } from './access-windows.ts';
import type { ParsedDeployment } from './parsed-config.ts';
import type { RoutingCheck, RoutingStrategy } from '../ports/index.ts';
import { BUDGETS, type ParsedBudgets } from './router-budgets.ts';
import { Amount, AtLeastZero, Count, Duration, Flag, Text, Texts } from './value-schemas.ts';

/** Absent and null mean the same in a config file. */
type Maybe<T> = T | null | undefined;

/** `{group: [target, …]}`; a target is a name, or members of a body with its `model`. */
export type ParsedFallbacks = readonly Readonly<Record<string, readonly (string | Readonly<Record<string, unknown>>)[]>>[];

/** `retry_policy` and the like: how many for which class of failure. */
export type ParsedPolicy = Readonly<Record<string, Maybe<number>>>;

/** What the router takes from `router_settings`, and below it from `litellm_settings`. */
export interface ParsedReliability {
  readonly num_retries?: Maybe<number>;
  readonly num_retries_per_request?: Maybe<number>;
  readonly allowed_fails?: Maybe<number>;
  readonly fallbacks?: Maybe<ParsedFallbacks>;
  readonly context_window_fallbacks?: Maybe<ParsedFallbacks>;
  readonly content_policy_fallbacks?: Maybe<ParsedFallbacks>;
  readonly default_fallbacks?: Maybe<readonly string[]>;
  readonly max_fallbacks?: Maybe<number>;
}

/** Members that are only in `router_settings`. */
export interface ParsedRouting {
  readonly routing_strategy?: Maybe<RoutingStrategy>;
  readonly default_priority?: Maybe<number>;
  readonly polling_interval?: Maybe<number>;
  readonly routing_strategy_args?: Maybe<{
    readonly [name: string]: unknown;
    readonly lowest_latency_buffer?: Maybe<number>;
    readonly max_latency_list_size?: Maybe<number>;
    readonly ttl?: Maybe<number>;
  }>;
  readonly retry_policy?: Maybe<ParsedPolicy>;
  readonly model_group_retry_policy?: Maybe<Readonly<Record<string, ParsedPolicy>>>;
  readonly allowed_fails_policy?: Maybe<ParsedPolicy>;
  readonly cooldown_time?: Maybe<number>;
  readonly disable_cooldowns?: Maybe<boolean>;
  readonly retry_after?: Maybe<number>;
  readonly enable_pre_call_checks?: Maybe<boolean>;
  readonly enable_tag_filtering?: Maybe<boolean>;
  readonly enable_weighted_failover?: Maybe<boolean>;
  readonly tag_filtering_match_any?: Maybe<boolean>;
  readonly tag_routing_prefix?: Maybe<string>;
  readonly default_max_parallel_requests?: Maybe<number>;
  readonly deployment_affinity_ttl_seconds?: Maybe<number>;
  readonly optional_pre_call_checks?: Maybe<readonly string[]>;
  readonly model_group_affinity_config?: Maybe<Readonly<Record<string, readonly string[]>>>;
  readonly provider_budget_config?: Maybe<ParsedBudgets>;
  readonly routing_groups?: Maybe<readonly ParsedRoutingGroup[]>;
}

/** One of `routing_groups`. */
export interface ParsedRoutingGroup {
  readonly group_name: string;
  readonly models: readonly string[];
  readonly routing_strategy: RoutingStrategy | 'priority';
  readonly model_priorities?: Maybe<Readonly<Record<string, number>>>;
}

/** What the router reads of a row's `litellm_params`. */
export interface ParsedDeploymentRouting {
  readonly order?: Maybe<number>;
  readonly max_parallel_requests?: Maybe<number>;
  readonly itpm?: Maybe<number>;
  readonly otpm?: Maybe<number>;
  readonly num_retries?: Maybe<number>;
  readonly cooldown_time?: Maybe<number>;
  readonly tags?: Maybe<readonly string[]>;
  readonly tag_regex?: Maybe<readonly string[]>;
  readonly region_name?: Maybe<string>;
  readonly max_budget?: Maybe<number>;
  readonly budget_duration?: Maybe<string>;
  readonly input_cost_per_token?: Maybe<number>;
  readonly output_cost_per_token?: Maybe<number>;
  readonly default_api_key_rpm_limit?: Maybe<number>;
  readonly default_api_key_tpm_limit?: Maybe<number>;
}

/** A schema for each member. */
type Entries<Parsed> = {
  readonly [Name in keyof Parsed]-?: v.NullishSchema<v.GenericSchema<unknown, NonNullable<Parsed[Name]>>, undefined>;
};

/** What of `optional_pre_call_checks` has an effect here. */
export const CHECKS: readonly RoutingCheck[] = [
  'deployment_affinity',
  'session_affinity',
  'prompt_caching',
  'encrypted_content_affinity',
  'enforce_model_rate_limits',
  'responses_api_deployment_check',
];

const CHECK_NAMES = 'a list of names';

const STRATEGIES: readonly RoutingStrategy[] = [
  'simple-shuffle',
  'least-busy',
  'latency-based-routing',
  'usage-based-routing-v2',
  'cost-based-routing',
];
const STRATEGY = STRATEGIES.join(', ');
/** The first version of usage-based routing, which the reference keeps for old configs, counts the same. */
const OLD_STRATEGIES: Readonly<Record<string, RoutingStrategy>> = { 'usage-based-routing': 'usage-based-routing-v2' };

function isStrategy(name: string): name is RoutingStrategy {
  return STRATEGIES.some((strategy) => strategy === name);
}

const Strategy = v.pipe(
  v.string(STRATEGY),
  v.transform((name) => OLD_STRATEGIES[name] ?? name),
  v.guard(isStrategy, STRATEGY),
);

const POLICY = 'a mapping of error classes to numbers';
const Policy = v.record(v.string(), v.nullish(Amount), POLICY);
const FALLBACKS = 'a list of {group: [group, …]}';
const Targets = v.array(
  v.union([v.string(), v.looseObject({ model: v.string() })], 'a group, or a mapping with "model"'),
  'a list of groups',
);
const Fallbacks = v.nullish(
  v.array(
    v.pipe(
      v.record(v.string(), Targets, FALLBACKS),
      v.check((entry) => Object.keys(entry).length === 1, 'one group with its fallbacks'),
    ),
    FALLBACKS,
  ),
);
const GROUP = 'a mapping of group_name, models, routing_strategy';

/** Members of `router_settings` that may also be in `litellm_settings`. */
export const RELIABILITY: Entries<ParsedReliability> = {
  num_retries: Count,
  num_retries_per_request: Count,
  allowed_fails: Count,
  fallbacks: Fallbacks,
  context_window_fallbacks: Fallbacks,
  content_policy_fallbacks: Fallbacks,
  default_fallbacks: Texts,
  max_fallbacks: Count,
};

/** Members of `router_settings` alone. */
export const ROUTING: Entries<ParsedRouting> = {
  default_priority: Count,
  polling_interval: AtLeastZero,
  routing_strategy: v.nullish(Strategy),
  routing_strategy_args: v.nullish(
    v.looseObject({ lowest_latency_buffer: AtLeastZero, max_latency_list_size: Count, ttl: AtLeastZero }, 'a mapping'),
  ),
  retry_policy: v.nullish(Policy),
  model_group_retry_policy: v.nullish(v.record(v.string(), Policy, 'a mapping of groups to policies')),
  allowed_fails_policy: v.nullish(Policy),
  cooldown_time: AtLeastZero,
  disable_cooldowns: Flag,
  retry_after: AtLeastZero,
  enable_pre_call_checks: Flag,
  enable_tag_filtering: Flag,
  enable_weighted_failover: Flag,
  tag_filtering_match_any: Flag,
  tag_routing_prefix: Text,
  default_max_parallel_requests: Count,
  deployment_affinity_ttl_seconds: AtLeastZero,
  model_group_affinity_config: v.nullish(v.record(v.string(), v.array(v.string('text'), CHECK_NAMES), 'a mapping of groups to lists')),
  optional_pre_call_checks: Texts,
  provider_budget_config: BUDGETS,
  routing_groups: v.nullish(
    v.array(
      v.looseObject(
        {
          group_name: v.pipe(v.string('a name'), v.nonEmpty('a name')),
          models: v.array(v.string('a model name'), 'a list of model names'),
          routing_strategy: v.union([v.literal('priority'), Strategy], `${STRATEGY} or priority`),
          model_priorities: v.nullish(v.record(v.string(), Amount, 'a mapping of models to priorities')),
        },
        GROUP,
      ),
      'a list of groups',
    ),
  ),
};

/** Members of a row's `litellm_params` that the router reads. */
export const DEPLOYMENT_ROUTING: Entries<ParsedDeploymentRouting> = {
  order: AtLeastZero,
  max_parallel_requests: Count,
  itpm: Count,
  otpm: Count,
  num_retries: Count,
  cooldown_time: AtLeastZero,
  tags: Texts,
  tag_regex: Texts,
  region_name: Text,
  max_budget: AtLeastZero,
  budget_duration: Duration,
  input_cost_per_token: AtLeastZero,
  output_cost_per_token: AtLeastZero,
  default_api_key_rpm_limit: Count,
  default_api_key_tpm_limit: Count,
};

/** `model_info` of a row. */
export const MODEL_INFO: v.GenericSchema<unknown, ParsedDeployment['model_info']> = v.nullish(
  v.looseObject({ id: v.nullish(v.union([v.string(), v.number()], 'text or a number')), access_windows: ACCESS_WINDOWS }, 'a mapping'),
);
