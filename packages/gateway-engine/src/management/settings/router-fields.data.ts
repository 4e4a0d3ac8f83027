import type { JsonValue } from '@stagegate/core-transforms';
import type { RoutingStrategy } from '../../ports/index.ts';

/** The routing strategies and what they do. */
export const ROUTING_STRATEGIES: Readonly<Record<RoutingStrategy, string>> = {
  'simple-shuffle': 'Draws a deployment by weight, rpm or tpm.',
  'least-busy': 'Takes the deployment with the fewest calls under way.',
  'latency-based-routing': 'Takes one of those that have answered soonest of late.',
  'usage-based-routing-v2': 'Takes the deployment that has used the fewest tokens in this minute.',
  'cost-based-routing': 'Takes the deployment whose tokens cost least.',
};

/** The router's settings as the admin page lists them; `initial` is the default. Types and titles are LiteLLM's (1.106.2). */
export const ROUTER_FIELDS: readonly (readonly [name: string, type: string, title: string, description: string, initial: JsonValue])[] = [
  ['routing_strategy', 'String', 'Routing Strategy', 'How one of several deployments is chosen.', 'simple-shuffle'],
  ['routing_strategy_args', 'Dictionary', 'Routing Strategy Args', 'Settings of the strategy.', {}],
  ['routing_groups', 'List', 'Routing Groups', 'Models that share a strategy of their own.', []],
  ['num_retries', 'Integer', 'Number of Retries', 'How often a failed call is tried again.', 0],
  ['timeout', 'Float', 'Timeout', 'Seconds that a call may take.', null],
  ['stream_timeout', 'Float', 'Stream Timeout', 'Seconds that a stream may be silent.', null],
  ['max_fallbacks', 'Integer', 'Max Fallbacks', 'How many fallbacks a call may go through.', 5],
  ['fallbacks', 'List', 'Fallbacks', 'Models that are asked when a model has failed.', []],
  ['context_window_fallbacks', 'List', 'Context Window Fallbacks', 'The same for a prompt that is too long.', []],
  ['content_policy_fallbacks', 'List', 'Content Policy Fallbacks', 'The same for a prompt that a provider refuses.', []],
  ['allowed_fails', 'Integer', 'Allowed Fails', 'Failures in a minute until a deployment cools down.', null],
  ['cooldown_time', 'Float', 'Cooldown Time', 'Seconds for which it does.', null],
  ['retry_after', 'Integer', 'Retry After', 'Seconds before a call is tried again, at least.', 0],
  ['retry_policy', 'Dictionary', 'Retry Policy', 'Retries by class of failure.', null],
  ['model_group_alias', 'Dictionary', 'Model Group Alias', 'Other names of models.', {}],
  ['enable_pre_call_checks', 'Boolean', 'Enable Pre-call Checks', 'Leaves out deployments that a prompt does not fit.', false],
  ['default_litellm_params', 'Dictionary', 'Default LiteLLM Params', 'Settings of every deployment.', null],
  ['set_verbose', 'Boolean', 'Verbose Logging', 'Logs more.', false],
  ['default_max_parallel_requests', 'Integer', 'Max Parallel Requests', 'Calls under way that a deployment takes.', null],
  ['enable_tag_filtering', 'Boolean', 'Enable Tag Filtering', 'Chooses deployments by the tags of a call.', false],
  ['tag_filtering_match_any', 'Boolean', 'Tag Filtering Match Any', 'One tag in common is enough.', true],
  ['disable_cooldowns', 'Boolean', 'Disable Cooldowns', 'No deployment cools down.', null],
];
