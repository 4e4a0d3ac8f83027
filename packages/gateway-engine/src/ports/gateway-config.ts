import type { PrioritySettings, Reservation } from './priorities.ts';
import type { DeploymentSettings, JsonValue, ModelFacts, Prices, ProviderRow } from '@stagegate/core-transforms';
import type { ListedInfo } from './listed-info.ts';
import type { MockSettings } from './mock-settings.ts';
import type { CachingSettings } from './response-cache.ts';
import type { DeploymentRouting, RouterSettings } from './router-settings.ts';
import type { OauthSettings, ProxyIdentitySettings, TokenSettings } from './token-lookup.ts';

/** One row of `model_list`, resolved: environment references read, provider found, limits parsed. Keys are kept here and nowhere else. */
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
  /** What its `model_info` says of the model in lists; absent: nothing. */
  readonly listed?: ListedInfo;
  /** The prices of its calls; absent: not known. */
  readonly prices?: Prices;
  /**
   * Where the prices come from: the row, or its `base_model`. Then the model that an answer names does not change them. Absent: from the
   * table of models.
   */
  readonly pricesFrom?: 'row' | 'base-model';
  /** What callers are charged on top; absent: nothing. */
  readonly markup?: Markup;
  /** `model_info.access_groups`: names that stand for this model in lists of allowed models; absent: none. */
  readonly accessGroups?: readonly string[];
  /** `model_info.team_id`: the only team it serves; absent: it serves everybody. */
  readonly team?: DeploymentTeam;
  /** `blocked` of the row or its `model_info`: it serves no calls. */
  readonly blocked?: true;
  /** `default_api_key_rpm_limit`, `default_api_key_tpm_limit`: limits of each key that has none on models; absent: none. */
  readonly keyLimits?: KeyLimits;
  /** `model_info.access_windows`: hours in which it serves some teams alone; absent: none. */
  readonly windows?: readonly AccessWindow[];
  /** True: the row says that it costs nothing, so that callers with a spent budget may use it. */
  readonly free?: true;
  /** True: it has a price. Set only where `pricesNeeded`. */
  readonly priced?: true;
  /** Weights of simple-shuffle, each ≥ 0. Of weight, rpm and tpm, the first that any row of the group has decides. */
  readonly weight: number | undefined;
  readonly rpm: number | undefined;
  readonly tpm: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly streamTimeoutSeconds: number | undefined;
  /** Absent: the row sets none of it. */
  readonly routing?: DeploymentRouting;
  /** Absent: its provider is asked. */
  readonly mock?: MockSettings;
  /**
   * For a row whose model holds `*`: the row for the model that a call names. Its `underlyingModel` has the stars filled in, its facts are
   * looked up, and provider and key are found by the name where the row sets none. Undefined when we have no such provider.
   */
  readonly forModel?: (underlyingModel: string) => Deployment | undefined;
}

/** Which configuration is served, and why. */
export interface ConfigState {
  /** 1 for the first; one more for each that replaced another. */
  readonly generation: number;
  /** Why the file as it is now is not served; undefined: it is. For the operator only: it may quote the file. */
  readonly keptBecause: string | undefined;
}

/** Hours of each day that are reserved for some teams. A window that ends before it begins ends on the next day. */
export interface AccessWindow {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** `23:59`. */
  readonly endText: string;
  /** An IANA name. */
  readonly timeZone: string;
  readonly teams: ReadonlySet<string>;
}

/** What a key may do in a minute. Undefined: no limit. */
export interface KeyLimits {
  readonly requests: number | undefined;
  readonly tokens: number | undefined;
}

/** The team that has a deployment for itself. */
export interface DeploymentTeam {
  readonly id: string;
  /** `model_info.team_public_model_name`: the team's name for it; undefined: its group. */
  readonly publicName: string | undefined;
}

/** What the whole proxy may spend. */
export interface ProxyBudget {
  readonly maxUsd: number;
  /** `30d`; undefined: it never starts anew. */
  readonly duration: string | undefined;
}

/** Which browser origins may read answers. Source: LITELLM_CORS_ORIGINS, LITELLM_CORS_ALLOW_CREDENTIALS. */
export interface CorsRules {
  /** `*` stands for all. */
  readonly origins: readonly string[];
  readonly credentials: boolean;
}

/** What callers are charged on top of the provider's price. Source: `litellm_settings.cost_discount_config`, `cost_margin_config`. */
export interface Markup {
  /** Parts: the discount of the cost, the margin of what is left. */
  readonly discount: number;
  readonly margin: number;
  /** Added to each call. */
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

/** How many calls one process has now. */
export interface Backlog {
  /** All of them. */
  readonly inFlight: number;
  /** Of those under `AdmissionSettings`: let in, waiting, and refused since the start. */
  readonly running: number;
  readonly waiting: number;
  readonly refused: number;
}

/** Where calls may come from and where they may go. Source: `general_settings`. */
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

/** Where media may be fetched from, and how much. Source: `litellm_settings` or `general_settings`. */
export interface MediaSettings {
  /** `user_url_validation: false`: addresses of the operator's own network are allowed, too. */
  readonly anyAddress: boolean;
  /** `user_url_allowed_hosts`: `host` or `host:port`, allowed wherever they lead. */
  readonly allowedHosts: readonly string[];
  /** MAX_IMAGE_URL_DOWNLOAD_SIZE_MB, for all media of a call together; 0: nothing is fetched. */
  readonly bytesMax: number;
}

/** What the pipeline reads of the configuration. Made once, replaced as a whole on reload. */
export interface GatewayConfig {
  readonly deployments: readonly Deployment[];
  /** `router_settings.model_group_alias`: alias → group. */
  readonly modelGroupAliases: ReadonlyMap<string, string>;
  /** Undefined: every caller is let in, as the reference does without a master key. */
  readonly masterKey: string | undefined;
  /** LITELLM_SALT_KEY: the secret for sealing; absent: the master key. */
  readonly saltKey?: string;
  /** `general_settings.litellm_key_header_name`, lower case: the only header a key is then read from. */
  readonly keyHeaderName: string | undefined;
  /** `general_settings.max_request_size_mb`, else 50 MB. */
  readonly bodyBytesMax: number;
  /** `general_settings.max_response_size_mb`, of a provider's whole answer; absent: 64 MB. */
  readonly answerBytesMax?: number;
  /** `general_settings.allow_client_side_credentials`: clients may name hosts and keys themselves. */
  readonly allowClientSideCredentials: boolean;
  /**
   * `general_settings.dangerously_allow_mock_testing_request_params`: clients may ask for mock failures and delays; absent: they may not.
   */
  readonly mocksAllowed?: boolean;
  /** `general_settings.user_header_mappings`, lower case: headers that may name a customer; absent: the reference's own two. */
  readonly userHeaderNames?: readonly string[];
  /** `litellm_settings.validate_end_user_id_in_db`: a customer whom the database does not know is ignored; absent: the call is believed. */
  readonly endUsersKnown?: boolean;
  /** `general_settings.enforced_params`, and `user` by `enforce_user_param`: what every call must say, `a` or `a.b`; absent: nothing. */
  readonly enforcedParams?: readonly string[];
  /** `enforced_params` of `general_settings.service_account_settings`: what calls with a service account's key must say as well. */
  readonly serviceAccountParams?: readonly string[];
  /** `general_settings.reject_clientside_metadata_tags`: tags are a key's to name; absent: a call may name its own. */
  readonly tagsRefused?: boolean;
  /** `missing_session_id`: what happens to a call that names no session; absent: it is logged under its trace, else under its own id. */
  readonly missingSession?: 'generate' | 'reject' | 'omit';
  /** `forward_client_headers_to_llm_api`: the models to whose providers a client's `x-` headers are forwarded; absent: none. */
  readonly forwardsHeadersOf?: 'all' | readonly string[];
  /** Absent: calls may come from anywhere, and go wherever their key lets them. */
  readonly entry?: EntryRules;
  /** Some deployment has `windows`. */
  readonly hasWindows?: boolean;
  /** `litellm_settings.block_requests_for_models_without_pricing`: a model without a known price serves no calls. */
  readonly pricesNeeded?: boolean;
  /** `general_settings.global_max_parallel_requests`: calls at once, of everybody together; absent: any number. */
  readonly parallelMax?: number;
  /**
   * `general_settings.fail_closed_rate_limit_enforcement`: where Redis is configured and does not answer, callers with limits are refused.
   */
  readonly ratesFailClosed?: boolean;
  /** `general_settings.enforce_fallback_model_access`: a call falls back only to models that its caller may use; absent: to any. */
  readonly fallbackAccess?: boolean;
  /**
   * `general_settings.enforce_fallback_budget: false`: a caller without money left may fall back from a free model to a paid one; absent:
   * he may not.
   */
  readonly fallbackBudgetOff?: boolean;
  /** `general_settings.fail_closed_budget_enforcement`: callers with a budget are refused while their spend cannot be read. */
  readonly budgetsFailClosed?: boolean;
  /** `general_settings.disable_budget_reservation`: nothing is reserved for calls that run; absent: the most they may cost. */
  readonly reservationOff?: boolean;
  /** `general_settings.apply_user_budget_to_team_keys`: a user's budget holds for his team keys, too; absent: the team pays. */
  readonly userPaysForTeams?: boolean;
  /**
   * `litellm_settings.max_budget` and `budget_duration`: what the whole proxy may spend, and how often that starts anew. Absent: no limit.
   */
  readonly proxyBudget?: ProxyBudget;
  /** `litellm_settings.max_end_user_budget_id`: the budget of customers without one of their own; absent: none. */
  readonly endUserBudgetId?: string;
  /** `general_settings.disable_spend_logs`: spend is counted, but calls are not logged. Absent: they are. */
  readonly spendLogsOff?: boolean;
  /**
   * `general_settings.always_include_stream_usage`: streams of chat and completions end with their usage unless the call says otherwise.
   */
  readonly streamsCount?: boolean;
  /**
   * `litellm_settings.drop_params` is there, whatever it says: it holds for coding agents too, for whom such parameters are dropped else.
   */
  readonly dropParamsSet?: boolean;
  /** `general_settings.disable_error_logs`: failed calls are not logged. Absent: they are. */
  readonly errorLogsOff?: boolean;
  /** `general_settings.store_prompts_in_spend_logs`: prompts and answers are logged with the call. Absent: they are not. */
  readonly keepsSaid?: boolean;
  /**
   * `general_settings.maximum_spend_logs_retention_period` and `…_interval`, in the notation of durations. Absent: the log is kept for
   * ever.
   */
  readonly logRetention?: { readonly period: string; readonly interval: string };
  /**
   * `litellm_settings.budget_exceeded_throttle_percentage`: the part of its limits that a key keeps after its budget is spent; absent: it
   * is refused.
   */
  readonly budgetThrottlePart?: number;
  /** `litellm_settings.budget_exceeded_status_code`; absent: 422. */
  readonly budgetExceededStatus?: number;
  /** `general_settings.litellm_jwtauth`; absent: no token of an identity provider lets anybody in. */
  readonly tokens?: TokenSettings;
  /** `general_settings.enable_oauth2_auth`; absent: no OAuth server is asked about tokens. */
  readonly oauth?: OauthSettings;
  /** `general_settings.enable_oauth2_proxy_auth`; absent: no header says who calls. */
  readonly proxyIdentity?: ProxyIdentitySettings;
  /** `general_settings.token_rate_limit_type`: which tokens count towards callers' limits; absent: all. */
  readonly tokenRateLimitType?: 'input' | 'output';
  /** `dynamic_rate_limiter` among the callbacks: what is reserved for priorities; absent: active keys do not share. */
  readonly activeShares?: ReadonlyMap<string, Reservation>;
  /** `dynamic_rate_limiter_v3` among the callbacks; absent: priorities do not share. */
  readonly priorities?: PrioritySettings;
  /** `litellm_settings.request_timeout`. */
  readonly requestTimeoutSeconds: number;
  /** Absent: every group is asked once, and nothing cools down. */
  readonly router?: RouterSettings;
  /** Absent: no answer is kept. */
  readonly caching?: CachingSettings;
  /** Absent: all origins, without credentials, which is the reference's default. */
  readonly cors?: CorsRules;
  /** Aliases that `/v1/models` does not list. */
  readonly hiddenAliases?: ReadonlySet<string>;
  /** Rows of `model_list` that none of our lanes can serve. They are listed all the same. */
  readonly unserved?: readonly { readonly modelGroup: string }[];
}
