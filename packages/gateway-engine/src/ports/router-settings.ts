import type { TokenLimits } from './token-rooms.ts';
import type { SumWindow } from './window-sums.ts';

/** How a deployment of a group is chosen. */
export type RoutingStrategy = 'simple-shuffle' | 'least-busy' | 'latency-based-routing' | 'usage-based-routing-v2' | 'cost-based-routing';

/** Failures as policies name them: the reference's exception classes. */
export type FailureClass =
  | 'AuthenticationError'
  | 'BadGatewayError'
  | 'BadRequestError'
  | 'ContentPolicyViolationError'
  | 'ContextWindowExceededError'
  | 'InternalServerError'
  | 'NotFoundError'
  | 'PaymentRequiredError'
  | 'PermissionDeniedError'
  | 'RateLimitError'
  | 'ServiceUnavailableError'
  | 'Timeout'
  | 'UnprocessableEntityError'
  /** None of the above: policies speak of it only by their default. */
  | 'APIError'
  /** No deployment of the group could be asked. */
  | 'NoDeployments';

/** A count per class of failure; `default` is for those it does not name. */
export interface FailurePolicy {
  readonly counts: Readonly<Partial<Record<FailureClass, number>>>;
  readonly default: number | undefined;
}

/** Where a call may go when its group has failed. */
export interface FallbackTarget {
  readonly group: string;
  /** Only the deployments of this `order`. */
  readonly order?: number;
  /** Not these of its deployments, by id: they have failed already. */
  readonly without?: readonly string[];
  /** Members of the body that this target sets anew, as JSON text. */
  readonly overrides?: string;
}

/** Groups and where their calls go instead; `*` is for those without an entry. */
export type Fallbacks = ReadonlyMap<string, readonly FallbackTarget[]>;

/** `router_settings`, resolved, with the same settings of `litellm_settings` below them. */
export interface RouterSettings {
  readonly strategy: RoutingStrategy;
  readonly latency: LatencySettings;
  /** Tries of one group after its first. */
  readonly retriesMax: number;
  readonly retryPolicy: FailurePolicy | undefined;
  readonly groupRetryPolicies: ReadonlyMap<string, FailurePolicy>;
  /** Seconds before a further try, at least. */
  readonly retryAfterSeconds: number;
  /** Undefined: the rule by rates of failure holds. */
  readonly allowedFails: number | undefined;
  readonly allowedFailsPolicy: FailurePolicy | undefined;
  readonly cooldownSeconds: number;
  readonly cooldownsOff: boolean;
  readonly fallbacks: Fallbacks;
  /** Undefined: such failures take the general ones. */
  readonly contextWindowFallbacks: Fallbacks | undefined;
  readonly contentPolicyFallbacks: Fallbacks | undefined;
  /** How deep one fallback may lead to the next. */
  readonly fallbacksMax: number;
  /** Calls to providers for one call of a client, at most. Ours: the reference knows no such limit. */
  readonly attemptsMax: number;
  readonly preCallChecks: boolean;
  readonly tagFiltering: boolean;
  /** False: a deployment needs all tags of a call. */
  readonly tagsMatchAny: boolean;
  /** `tag_routing_prefix`: what tags that are meant for the router begin with; absent: nothing. */
  readonly tagPrefix?: string | undefined;
  readonly routingGroups: ReadonlyMap<string, RoutingGroup>;
  /** Of `optional_pre_call_checks`. */
  readonly checks: ReadonlySet<RoutingCheck>;
  readonly affinitySeconds: number;
  /** `model_group_affinity_config`: affinities of a group in place of those in `checks`; absent: no group has its own. */
  readonly groupAffinities?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  /** `enable_weighted_failover`: another deployment of the group comes before another group; absent: it does not. */
  readonly weightedFailover?: boolean;
  /** `default_priority`: of calls that name none; undefined: they do not queue. */
  readonly defaultPriority?: number | undefined;
  /** How often calls that wait for their turn are looked at; absent: as the queue does. */
  readonly queueLookMs?: number | undefined;
  /** `provider_budget_config`, `tag_budget_config`, and whether any deployment has one; absent: nobody's money is limited. */
  readonly budgets?: RouterBudgets | undefined;
  /** Undefined: what checks of health find is nothing to the router. */
  readonly healthRouting: HealthRouting | undefined;
}

/** What a provider, a deployment, or calls with one tag may cost within a time. */
export interface RouterBudget {
  readonly maxUsd: number;
  readonly window: SumWindow;
}

/** Of providers by id, and of tags by name; those of deployments stand in their rows. */
export interface RouterBudgets {
  readonly providers: ReadonlyMap<string, RouterBudget>;
  readonly tags: ReadonlyMap<string, RouterBudget>;
}

/** `optional_pre_call_checks` that are built. */
export type RoutingCheck =
  | 'deployment_affinity'
  | 'session_affinity'
  | 'prompt_caching'
  | 'encrypted_content_affinity'
  | 'enforce_model_rate_limits'
  | 'responses_api_deployment_check';

/** What follows from checks of health. */
export interface HealthRouting {
  /** Only in these groups; undefined: in all. */
  readonly groups: ReadonlySet<string> | undefined;
  /** Unhealthy ones are not asked, as long as others are there; else only their failures count. */
  readonly leavesOut: boolean;
  /** How long a finding counts. */
  readonly staleSeconds: number;
  /** Too many calls, and no answer in time, make nobody unhealthy. */
  readonly ignoresTransient: boolean;
}

/** `routing_strategy_args` of latency-based routing. */
export interface LatencySettings {
  /** Deployments within this part of the lowest latency share the calls. */
  readonly bufferRatio: number;
  /** Latencies remembered per deployment. */
  readonly samplesMax: number;
  /** How long they count. */
  readonly keepSeconds: number;
}

/** Several groups under one name, with a strategy of their own. */
export interface RoutingGroup {
  readonly models: readonly string[];
  readonly strategy: RoutingStrategy;
  /** Of a `priority` group: each model's order. */
  readonly orders: ReadonlyMap<string, number> | undefined;
}

/** What the router reads of one deployment beyond its shares. */
export interface DeploymentRouting {
  /** Lower ones first; higher ones only when those have failed. */
  readonly order?: number;
  /** Calls at once, at most. */
  readonly parallelMax?: number;
  /** `num_retries` of the row. */
  readonly retriesMax?: number;
  readonly cooldownSeconds?: number;
  readonly allowedFails?: number;
  readonly allowedFailsPolicy?: FailurePolicy;
  readonly tags?: readonly string[];
  /** `model_info.enable_tag_filtering`: of its whole group, whatever the router's settings say. */
  readonly tagFiltering?: boolean;
  /** `model_info.allow_fail_open`: where a call's tags lead to nobody, its group is asked all the same. */
  readonly failsOpen?: boolean;
  /** Patterns over `User-Agent: …`. */
  readonly tagPatterns?: readonly RegExp[];
  readonly region?: string;
  /** US dollars per token, in and out together. */
  readonly tokenCostUsd?: number;
  /** `max_budget` and `budget_duration`. */
  readonly budget?: RouterBudget;
  /** `itpm` and `otpm`, where the router is told to hold them. */
  readonly tokenLimits?: TokenLimits;
  /** What a prompt may count at most, where the row says so itself. */
  readonly inputTokensMax?: number;
}
