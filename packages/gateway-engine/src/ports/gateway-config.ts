import type { PrioritySettings, Reservation } from './priorities.ts';
import type { DeploymentSettings, JsonValue, ModelFacts, Prices, ProviderRow } from '@stagegate/core-transforms';
import type { MockSettings } from './mock-settings.ts';
import type { CachingSettings } from './response-cache.ts';
import type { DeploymentRouting, RouterSettings } from './router-settings.ts';
import type { TokenSettings } from './token-lookup.ts';

/** One row of `model_list`, resolved: environment references read, provider found, limits parsed. The only place that holds a key. */
export interface Deployment {
  /** `model_info.id`, else a hash of the row. */
  readonly id: string;
  /** `model_name`: what clients ask for; may hold `*`. */
  readonly modelGroup: string;
  /** `litellm_params.model` as it stands, provider prefix included; may end in `*`. */
  readonly underlyingModel: string;
  readonly provider: ProviderRow;
  /** `underlyingModel` without its provider prefix. */
  readonly model: string;
  /** Without a trailing slash; undefined means the row's own base URL. */
  readonly apiBase: string | undefined;
  /** The provider credential; undefined when none is configured. */
  readonly apiKey: string | undefined;
  /** Other secret members of `litellm_params` by name (`aws_secret_access_key`, `vertex_credentials` …); absent when there are none. */
  readonly secrets?: Readonly<Record<string, JsonValue>>;
  readonly settings: DeploymentSettings;
  readonly facts: ModelFacts | undefined;
  /** What its calls cost; absent when nobody knows. */
  readonly prices?: Prices;
  /** Who names them, so that what an answer calls its model changes nothing: its row, or the `base_model` of it; absent: neither. */
  readonly pricesFrom?: 'row' | 'base-model';
  /** What its callers are charged beside that; absent: nothing. */
  readonly markup?: Markup;
  /** `model_info.access_groups`: names that stand for this deployment's model in what a key or a team may call; absent when there are none. */
  readonly accessGroups?: readonly string[];
  /** `model_info.team_id`: it serves that team alone; absent: everybody. */
  readonly team?: DeploymentTeam;
  /** `blocked`, of the row or of its `model_info`: it serves nobody for now. */
  readonly blocked?: true;
  /** `default_api_key_rpm_limit`, `default_api_key_tpm_limit`: of each key that has no limits of its own on models; absent: none. */
  readonly keyLimits?: KeyLimits;
  /** `model_info.access_windows`: hours at which it serves some teams alone; absent: none. */
  readonly windows?: readonly AccessWindow[];
  /** Its row says that nothing of it costs anything: whoever has spent his money may ask it. */
  readonly free?: true;
  /** Something of it has a price; told where `pricesNeeded`. */
  readonly priced?: true;
  /** Shares of simple-shuffle, each ≥ 0; the first of weight, rpm, tpm that any row of the group has decides. */
  readonly weight: number | undefined;
  readonly rpm: number | undefined;
  readonly tpm: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly streamTimeoutSeconds: number | undefined;
  /** Absent: nothing of it is set. */
  readonly routing?: DeploymentRouting;
  /** Absent: its provider is asked. */
  readonly mock?: MockSettings;
  /**
   * Of a row whose model holds `*`: the row for the model a call has named (`underlyingModel` with the stars filled in), its facts
   * looked up, and provider and key found by that name where the row names none. Undefined when no provider of ours serves it.
   */
  readonly forModel?: (underlyingModel: string) => Deployment | undefined;
}

/** How the configuration that is served came to be. */
export interface ConfigState {
  /** From 1; one more for each that took the place of another. */
  readonly generation: number;
  /** Why what stands in the file now is not served; undefined: it is. For the operator: it may hold what he wrote. */
  readonly keptBecause: string | undefined;
}

/** Hours of each day that are some teams' alone. One that ends before it begins ends the day after. */
export interface AccessWindow {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** `23:59`. */
  readonly endText: string;
  /** An IANA name. */
  readonly timeZone: string;
  readonly teams: ReadonlySet<string>;
}

/** What a key may take a minute. Undefined: no limit. */
export interface KeyLimits {
  readonly requests: number | undefined;
  readonly tokens: number | undefined;
}

/** The team that has a deployment for itself. */
export interface DeploymentTeam {
  readonly id: string;
  /** `model_info.team_public_model_name`: what the team calls it; undefined: its group. */
  readonly publicName: string | undefined;
}

/** What everybody together may spend. */
export interface ProxyBudget {
  readonly maxUsd: number;
  /** `30d`; undefined: it never starts anew. */
  readonly duration: string | undefined;
}

/** Whose scripts may read answers. Source: LITELLM_CORS_ORIGINS, LITELLM_CORS_ALLOW_CREDENTIALS. */
export interface CorsRules {
  /** `*` is everybody. */
  readonly origins: readonly string[];
  readonly credentials: boolean;
}

/** What callers are charged beside what a provider charges. Source: `litellm_settings.cost_discount_config`, `cost_margin_config`. */
export interface Markup {
  /** Shares, of what it costs and of what is left. */
  readonly discount: number;
  readonly margin: number;
  /** Of each call. */
  readonly fixedUsd: number;
}

/** How many calls one process takes at once. Source: `general_settings`. */
export interface AdmissionSettings {
  /** `max_in_flight_requests_per_worker`. */
  readonly runningMax: number;
  /** `max_queued_requests_per_worker`. */
  readonly waitingMax: number;
  /** `admission_queue_timeout_seconds`. */
  readonly waitMs: number;
}

/** Calls of one process, as they stand. */
export interface Backlog {
  /** All of them. */
  readonly inFlight: number;
  /** Of those that `AdmissionSettings` limit: let in, waiting, and refused since the start. */
  readonly running: number;
  readonly waiting: number;
  readonly refused: number;
}

/** From where calls may come, and where they may go. Source: `general_settings`. */
export interface EntryRules {
  /** `allowed_ips`; undefined: any. */
  readonly addresses: ReadonlySet<string> | undefined;
  /** `use_x_forwarded_for`: the address is what a proxy in front of us says. */
  readonly trustsForwarded: boolean;
  /** `allowed_routes`; undefined: all. */
  readonly paths: ReadonlySet<string> | undefined;
  /** `admin_only_routes`; undefined: none but those of the route table. */
  readonly adminPaths: ReadonlySet<string> | undefined;
}

/** From where media at an address may be fetched, and how much. Source: `litellm_settings` or `general_settings`. */
export interface MediaSettings {
  /** `user_url_validation: false`: also from addresses of the operator's own network. */
  readonly anyAddress: boolean;
  /** `user_url_allowed_hosts`: `host` or `host:port`, wherever they lead. */
  readonly allowedHosts: readonly string[];
  /** MAX_IMAGE_URL_DOWNLOAD_SIZE_MB: all media of a call together; 0: nothing is fetched. */
  readonly bytesMax: number;
}

/** What the pipeline needs of the configuration; made once, replaced whole on reload. */
export interface GatewayConfig {
  readonly deployments: readonly Deployment[];
  /** `router_settings.model_group_alias`: asked-for name → group. */
  readonly modelGroupAliases: ReadonlyMap<string, string>;
  /** Undefined: every caller is let in, as the reference does without a master key. */
  readonly masterKey: string | undefined;
  /** LITELLM_SALT_KEY: what is sealed is sealed with it; absent: with the master key. */
  readonly saltKey?: string;
  /** `general_settings.litellm_key_header_name`, lower case: the only header a key is then read from. */
  readonly keyHeaderName: string | undefined;
  /** `general_settings.max_request_size_mb`, else 50 MB. */
  readonly bodyBytesMax: number;
  /** `general_settings.max_response_size_mb`, of a provider's whole answer; absent: 64 MB. */
  readonly answerBytesMax?: number;
  /** `general_settings.allow_client_side_credentials`: clients may name hosts and keys themselves. */
  readonly allowClientSideCredentials: boolean;
  /** `general_settings.dangerously_allow_mock_testing_request_params`: clients may ask for failures and delays; absent: they may not. */
  readonly mocksAllowed?: boolean;
  /** `general_settings.user_header_mappings`, lower case: headers that may name a customer; absent: the reference's own two. */
  readonly userHeaderNames?: readonly string[];
  /** `litellm_settings.validate_end_user_id_in_db`: a customer whom nobody knows is none; absent: he is whoever a call says. */
  readonly endUsersKnown?: boolean;
  /** `general_settings.enforced_params`, and `user` by `enforce_user_param`: what every call must say, `a` or `a.b`; absent: nothing. */
  readonly enforcedParams?: readonly string[];
  /** `enforced_params` of `general_settings.service_account_settings`: what calls with a service account's key must say as well. */
  readonly serviceAccountParams?: readonly string[];
  /** `general_settings.reject_clientside_metadata_tags`: tags are a key's to name; absent: a call may name its own. */
  readonly tagsRefused?: boolean;
  /** `missing_session_id`: what becomes of a call that names no session; absent: its log names it, or its trace. */
  readonly missingSession?: 'generate' | 'reject' | 'omit';
  /** `forward_client_headers_to_llm_api`: of calls for which models the client's `x-` headers go on to the provider; absent: of none. */
  readonly forwardsHeadersOf?: 'all' | readonly string[];
  /** Absent: calls may come from anywhere, and go wherever their key lets them. */
  readonly entry?: EntryRules;
  /** Some deployment has `windows`. */
  readonly hasWindows?: boolean;
  /** `litellm_settings.block_requests_for_models_without_pricing`: a model that nobody knows the price of serves nobody. */
  readonly pricesNeeded?: boolean;
  /** `general_settings.global_max_parallel_requests`: calls at once, of everybody together; absent: any number. */
  readonly parallelMax?: number;
  /** `general_settings.fail_closed_rate_limit_enforcement`: who has a limit is let in only by a Redis that answers, where one is named. */
  readonly ratesFailClosed?: boolean;
  /** `general_settings.enforce_fallback_model_access`: a call falls back only to what its caller may ask for; absent: wherever it is sent. */
  readonly fallbackAccess?: boolean;
  /** `general_settings.enforce_fallback_budget: false`: also whoever has no money left falls back from a free model to one that costs; absent: he does not. */
  readonly fallbackBudgetOff?: boolean;
  /** `general_settings.fail_closed_budget_enforcement`: whoever has a budget is let in only while it is known what of it is spent. */
  readonly budgetsFailClosed?: boolean;
  /** `general_settings.disable_budget_reservation`: nothing is set aside for calls that run; absent: what they may cost. */
  readonly reservationOff?: boolean;
  /** `general_settings.apply_user_budget_to_team_keys`: a user's budget holds for his keys of teams too; absent: the team pays. */
  readonly userPaysForTeams?: boolean;
  /** `litellm_settings.max_budget` and `budget_duration`: what everybody together may spend, and when that starts anew. Absent: no limit. */
  readonly proxyBudget?: ProxyBudget;
  /** `litellm_settings.max_end_user_budget_id`: the budget of customers that have none of their own; absent: they have none. */
  readonly endUserBudgetId?: string;
  /** `general_settings.disable_spend_logs`: money is counted, but no call has a row of its own. Absent: it has. */
  readonly spendLogsOff?: boolean;
  /** `general_settings.always_include_stream_usage`: a stream of chat or completions tells its usage unless its call says otherwise. */
  readonly streamsCount?: boolean;
  /** `general_settings.disable_error_logs`: nor has one that failed. Absent: it has. */
  readonly errorLogsOff?: boolean;
  /** `general_settings.store_prompts_in_spend_logs`: what is asked and answered is written down with a call. Absent: it is not. */
  readonly keepsSaid?: boolean;
  /** `general_settings.maximum_spend_logs_retention_period` and `…_interval`, as durations are written. Absent: calls stay in the log. */
  readonly logRetention?: { readonly period: string; readonly interval: string };
  /** `litellm_settings.budget_exceeded_throttle_percentage`: of its own limits, what a key keeps that goes on after its budget; absent: it does not. */
  readonly budgetThrottlePart?: number;
  /** `litellm_settings.budget_exceeded_status_code`; absent: 422. */
  readonly budgetExceededStatus?: number;
  /** `general_settings.litellm_jwtauth`; absent: no token of an identity provider lets anybody in. */
  readonly tokens?: TokenSettings;
  /** `general_settings.token_rate_limit_type`: which tokens count towards callers' limits; absent: all. */
  readonly tokenRateLimitType?: 'input' | 'output';
  /** `dynamic_rate_limiter` among the callbacks: what is reserved for priorities; absent: keys that call at the same time share nothing. */
  readonly activeShares?: ReadonlyMap<string, Reservation>;
  /** `dynamic_rate_limiter_v3` among the callbacks; absent: nobody shares anything by priority. */
  readonly priorities?: PrioritySettings;
  /** `litellm_settings.request_timeout`. */
  readonly requestTimeoutSeconds: number;
  /** Absent: every group is asked once, and nothing cools down. */
  readonly router?: RouterSettings;
  /** Absent: no answer is kept. */
  readonly caching?: CachingSettings;
  /** Absent: everybody, without credentials, as the reference does unless told otherwise. */
  readonly cors?: CorsRules;
  /** Aliases that `/v1/models` does not list. */
  readonly hiddenAliases?: ReadonlySet<string>;
  /** Rows of `model_list` that are listed, though no lane of ours can serve them. */
  readonly unserved?: readonly { readonly modelGroup: string }[];
}
