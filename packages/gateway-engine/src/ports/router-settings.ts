import type { TokenLimits } from './token-rooms.ts';
import type { SumWindow } from './window-sums.ts';

/** How a deployment of a group is chosen. */
export type RoutingStrategy = 'simple-shuffle' | 'least-busy' | 'latency-based-routing' | 'usage-based-routing-v2' | 'cost-based-routing';

/** Classes of failures, as policies name them: the reference's exception classes. */
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
  /** Everything else. A policy reaches it only by its default. */
  | 'APIError'
  /** No deployment of the group could be asked. */
  | 'NoDeployments';

/** A count per class of failure; `default` is for classes that it does not name. */
export interface FailurePolicy {
  readonly counts: Readonly<Partial<Record<FailureClass, number>>>;
  readonly default: number | undefined;
}

/** Where a call may go when its group has failed. */
export interface FallbackTarget {
  readonly group: string;
  /** Only the deployments of this `order`. */
  readonly order?: number;
  /** Without these deployments, by id: they have failed already. */
  readonly without?: readonly string[];
  /** Members of the body that this target replaces, as JSON text. */
  readonly overrides?: string;
}

/** The fallbacks of each group; `*` is for groups without an entry. */
export type Fallbacks = ReadonlyMap<string, readonly FallbackTarget[]>;

/** `router_settings`, resolved; where they are silent, the same settings of `litellm_settings`. */
export interface RouterSettings {
  readonly strategy: RoutingStrategy;
  readonly latency: LatencySettings;
  /** Retries of one group. */
  readonly retriesMax: number;
  readonly retryPolicy: FailurePolicy | undefined;
  readonly groupRetryPolicies: ReadonlyMap<string, FailurePolicy>;
  /** The least wait before a retry, in seconds. */
  readonly retryAfterSeconds: number;
  /** Undefined: the rate of failures decides. */
  readonly allowedFails: number | undefined;
  readonly allowedFailsPolicy: FailurePolicy | undefined;
  readonly cooldownSeconds: number;
  readonly cooldownsOff: boolean;
  readonly fallbacks: Fallbacks;
  /** Undefined: such failures take the general fallbacks. */
  readonly contextWindowFallbacks: Fallbacks | undefined;
  readonly contentPolicyFallbacks: Fallbacks | undefined;
  /** How long a chain of fallbacks may get. */
  readonly fallbacksMax: number;
  /** Calls to providers for one client call, at most. Ours: the reference has no such limit. */
  readonly attemptsMax: number;
  readonly preCallChecks: boolean;
  readonly tagFiltering: boolean;
  /** False: a deployment needs all tags of a call. */
  readonly tagsMatchAny: boolean;
  /** `tag_routing_prefix`: the prefix that marks a tag as meant for the router; absent: none. */
  readonly tagPrefix?: string | undefined;
  readonly routingGroups: ReadonlyMap<string, RoutingGroup>;
  /** Of `optional_pre_call_checks`. */
  readonly checks: ReadonlySet<RoutingCheck>;
  readonly affinitySeconds: number;
  /** `model_group_affinity_config`: affinities of a group that replace those in `checks`; absent: none. */
  readonly groupAffinities?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  /** `enable_weighted_failover`: the rest of a group is tried before its fallbacks; absent: it is not. */
  readonly weightedFailover?: boolean;
  /** `default_priority` of calls without a priority; undefined: they do not queue. */
  readonly defaultPriority?: number | undefined;
  /** How often the queue is looked at; absent: the queue's default. */
  readonly queueLookMs?: number | undefined;
  /** `provider_budget_config`, `tag_budget_config` and budgets of deployments; absent: there are none. */
  readonly budgets?: RouterBudgets | undefined;
  /** Undefined: the router ignores health checks. */
  readonly healthRouting: HealthRouting | undefined;
}

/** What a provider, a deployment, or calls with a tag may cost in a window of time. */
export interface RouterBudget {
  readonly maxUsd: number;
  readonly window: SumWindow;
}

/** Of providers by id and of tags by name. Those of deployments are in their rows. */
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

/** How health checks affect routing. */
export interface HealthRouting {
  /** Only in these groups; undefined: in all. */
  readonly groups: ReadonlySet<string> | undefined;
  /** Unhealthy deployments are left out as long as others are there; else only their failures count. */
  readonly leavesOut: boolean;
  /** How long a finding counts. */
  readonly staleSeconds: number;
  /** Rate limits and timeouts do not make a deployment unhealthy. */
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

/** What the router reads of a deployment beside its shares. */
export interface DeploymentRouting {
  /** Lower orders are asked first; a higher one only when they have failed. */
  readonly order?: number;
  /** Calls at once, at most. */
  readonly parallelMax?: number;
  /** `num_retries` of the row. */
  readonly retriesMax?: number;
  readonly cooldownSeconds?: number;
  readonly allowedFails?: number;
  readonly allowedFailsPolicy?: FailurePolicy;
  readonly tags?: readonly string[];
  /** `model_info.enable_tag_filtering`: holds for the whole group, whatever the router's settings say. */
  readonly tagFiltering?: boolean;
  /** `model_info.allow_fail_open`: where no deployment has a call's tags, the group is asked all the same. */
  readonly failsOpen?: boolean;
  /** Patterns that are matched against `User-Agent: …`. */
  readonly tagPatterns?: readonly RegExp[];
  readonly region?: string;
  /** US dollars for a token of prompt and one of the answer together. */
  readonly tokenCostUsd?: number;
  /** `max_budget` and `budget_duration`. */
  readonly budget?: RouterBudget;
  /** `rpm` and `tpm` of `model_info`: of a deployment's minute, never of its weight or its slots. The row's own come first. */
  readonly infoLimits?: { readonly requests: number | undefined; readonly tokens: number | undefined };
  /** `itpm` and `otpm`, where the router enforces them. */
  readonly tokenLimits?: TokenLimits;
  /** The longest prompt in tokens, where the row says so itself. */
  readonly inputTokensMax?: number;
}
