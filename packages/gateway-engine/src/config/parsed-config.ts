import type { ParsedOauth } from './oauth-settings.ts';
import type { ParsedRoles, ParsedTokens } from './token-settings.ts';
import type { LaneId, RuleCandidate, RuleGate } from '../ports/index.ts';
import type { Redaction } from '../record/read-redaction.ts';
import type { ParsedWindow } from './access-windows.ts';
import type { ParsedCosts } from './cost-settings.ts';
import type { ParsedMedia } from './media-settings.ts';
import type { ParsedPriorities } from './priority-settings.ts';
import type { ParsedBudgets } from './router-budgets.ts';
import type { ParsedTenants } from './tenant-settings.ts';
import type { ParsedDeploymentRouting, ParsedReliability, ParsedRouting } from './router-schema.ts';

/** Absent and null mean the same in a config file. */
type Maybe<T> = T | null | undefined;

type ParsedHeaders = Maybe<Readonly<Record<string, string | number | boolean>>>;

/** `litellm_params`, checked: the members that are read by name, and whatever else stands there. */
export interface ParsedParams extends ParsedDeploymentRouting {
  readonly model: string;
  readonly custom_llm_provider?: Maybe<string>;
  readonly api_base?: Maybe<string>;
  readonly base_url?: Maybe<string>;
  readonly api_key?: Maybe<string>;
  readonly weight?: Maybe<number>;
  readonly rpm?: Maybe<number>;
  readonly tpm?: Maybe<number>;
  readonly timeout?: Maybe<number>;
  readonly request_timeout?: Maybe<number>;
  readonly stream_timeout?: Maybe<number>;
  readonly drop_params?: Maybe<boolean>;
  readonly modify_params?: Maybe<boolean>;
  readonly additional_drop_params?: Maybe<readonly string[]>;
  readonly allowed_openai_params?: Maybe<readonly string[]>;
  readonly headers?: ParsedHeaders;
  readonly extra_headers?: ParsedHeaders;
  readonly litellm_credential_name?: Maybe<string>;
  readonly mock_timeout?: Maybe<boolean>;
  readonly mock_delay?: Maybe<number>;
  readonly [name: string]: unknown;
}

/** `router_settings.default_litellm_params`, checked. */
export type ParsedDefaults = Partial<ParsedParams>;

/** One row of `model_list`, checked. */
export interface ParsedDeployment {
  readonly model_name: string;
  readonly litellm_params: ParsedParams;
  readonly model_info?: Maybe<{
    readonly id?: Maybe<string | number>;
    readonly access_windows?: Maybe<readonly ParsedWindow[]>;
    readonly [name: string]: unknown;
  }>;
  readonly [name: string]: unknown;
}

/** The `migration:` block, checked. */
export interface ParsedMigration {
  readonly reference_url?: Maybe<string>;
  /** A rule that is wrong in itself is null here: the others keep their numbers. */
  readonly rules?: Maybe<readonly (ParsedRule | null)[]>;
  readonly default?: Maybe<{ readonly lane: LaneId }>;
  readonly record?: Maybe<ParsedRecord>;
}

/** `migration.record`, checked. */
export interface ParsedRecord {
  readonly dir: string;
  readonly sample: number;
  readonly max_bytes: number;
  readonly redact: readonly Redaction[];
  readonly content: 'keep' | 'hash' | 'drop';
}

/** One migration rule, checked. */
export interface ParsedRule {
  readonly name?: string | undefined;
  readonly match: {
    readonly route?: string | undefined;
    readonly provider?: string | undefined;
    readonly model?: string | undefined;
    readonly stream?: boolean | undefined;
  };
  readonly lane: LaneId;
  /** A canary's percent is only known to be there once `toMigration` has looked. */
  readonly candidate?: (Omit<RuleCandidate, 'percent'> & { readonly percent?: number | undefined }) | undefined;
  readonly gate?: RuleGate | undefined;
}

/** How a Redis is reached, checked: `coordination_redis`, `cache_params`. */
export interface ParsedRedis {
  readonly url?: Maybe<string>;
  readonly host?: Maybe<string>;
  readonly port?: Maybe<number>;
  readonly username?: Maybe<string>;
  readonly password?: Maybe<string>;
  readonly ssl?: Maybe<boolean>;
  readonly db?: Maybe<number>;
  readonly namespace?: Maybe<string>;
  readonly socket_timeout?: Maybe<number>;
  readonly startup_nodes?: unknown;
  readonly sentinel_nodes?: unknown;
  readonly service_name?: Maybe<string>;
  readonly sentinel_password?: Maybe<string>;
  readonly [name: string]: unknown;
}

/** `cache_params`, checked. */
export interface ParsedCache extends ParsedRedis {
  readonly type?: Maybe<string>;
  readonly redis_startup_nodes?: unknown;
  readonly mode?: Maybe<'default_on' | 'default_off'>;
  readonly ttl?: Maybe<number>;
  readonly default_in_memory_ttl?: Maybe<number>;
  readonly default_in_redis_ttl?: Maybe<number>;
  readonly supported_call_types?: Maybe<readonly string[]>;
  readonly max_messages?: Maybe<number>;
  readonly max_bytes?: Maybe<number>;
  readonly s3_bucket_name?: Maybe<string>;
  readonly s3_region_name?: Maybe<string>;
  readonly s3_endpoint_url?: Maybe<string>;
  readonly s3_use_ssl?: Maybe<boolean>;
  readonly s3_path?: Maybe<string>;
  readonly s3_aws_access_key_id?: Maybe<string>;
  readonly s3_aws_secret_access_key?: Maybe<string>;
  readonly s3_aws_session_token?: Maybe<string>;
}

/** Of `general_settings`: who may call, and how much. */
export interface ParsedCallers extends ParsedRoles, ParsedOauth {
  readonly enable_jwt_auth?: Maybe<boolean>;
  readonly litellm_jwtauth?: Maybe<ParsedTokens>;
  readonly token_rate_limit_type?: Maybe<'total' | 'input' | 'output'>;
  readonly user_header_name?: Maybe<string>;
  readonly user_header_mappings?: Maybe<ParsedUserHeader | readonly ParsedUserHeader[]>;
  readonly enforced_params?: Maybe<readonly string[]>;
  readonly service_account_settings?: Maybe<{ readonly enforced_params?: Maybe<readonly string[]> }>;
  readonly global_max_parallel_requests?: Maybe<number>;
  readonly allowed_ips?: Maybe<readonly string[]>;
  readonly use_x_forwarded_for?: Maybe<boolean>;
  readonly allowed_routes?: Maybe<readonly string[]>;
  readonly admin_only_routes?: Maybe<readonly string[]>;
  readonly enforce_user_param?: Maybe<boolean>;
  readonly enforce_fallback_model_access?: Maybe<boolean>;
  readonly enforce_fallback_budget?: Maybe<boolean>;
  readonly apply_user_budget_to_team_keys?: Maybe<boolean>;
  readonly reject_clientside_metadata_tags?: Maybe<boolean>;
  readonly missing_session_id?: Maybe<'generate' | 'reject' | 'omit'>;
  readonly disable_spend_logs?: Maybe<boolean>;
  readonly disable_error_logs?: Maybe<boolean>;
  readonly always_include_stream_usage?: Maybe<boolean>;
  readonly store_prompts_in_spend_logs?: Maybe<boolean>;
  readonly maximum_spend_logs_retention_period?: Maybe<string>;
  readonly maximum_spend_logs_retention_interval?: Maybe<string>;
  readonly forward_client_headers_to_llm_api?: Maybe<boolean>;
  readonly fail_closed_budget_enforcement?: Maybe<boolean>;
  readonly disable_budget_reservation?: Maybe<boolean>;
  readonly fail_closed_rate_limit_enforcement?: Maybe<boolean>;
}

/** A header, and what it names. */
export interface ParsedUserHeader {
  readonly header_name: string;
  readonly litellm_user_role: string;
}

/** The whole file, checked as far as it is read. */
export interface ParsedConfig {
  /** A row that is wrong in itself is null here: the others keep their numbers. */
  readonly model_list?: Maybe<readonly (ParsedDeployment | null)[]>;
  readonly credential_list?: Maybe<
    readonly ({ readonly credential_name: string; readonly credential_values?: Maybe<Readonly<Record<string, unknown>>> } | null)[]
  >;
  readonly general_settings?: Maybe<
    ParsedCallers &
      ParsedMedia & {
        readonly max_in_flight_requests_per_worker?: Maybe<number>;
        readonly max_queued_requests_per_worker?: Maybe<number>;
        readonly admission_queue_timeout_seconds?: Maybe<number>;
        readonly enable_drain_endpoint?: Maybe<boolean>;
        readonly drain_endpoint_token?: Maybe<string>;
        readonly master_key?: Maybe<string>;
        readonly litellm_key_header_name?: Maybe<string>;
        readonly max_request_size_mb?: Maybe<number>;
        readonly allow_client_side_credentials?: Maybe<boolean>;
        readonly database_url?: Maybe<string>;
        readonly database_connection_pool_limit?: Maybe<number>;
        readonly store_model_in_db?: Maybe<boolean>;
        readonly encryption_algorithm?: Maybe<string>;
        readonly proxy_config_reload_interval_seconds?: Maybe<number>;
        readonly dangerously_permit_weak_or_unset_master_key?: Maybe<boolean>;
        readonly dangerously_allow_mock_testing_request_params?: Maybe<boolean>;
        readonly coordination_redis?: Maybe<ParsedRedis>;
        readonly background_health_checks?: Maybe<boolean>;
        readonly health_check_interval?: Maybe<number>;
        readonly health_check_details?: Maybe<boolean>;
        readonly health_check_concurrency?: Maybe<number>;
        readonly health_check_skip_disabled_background_models?: Maybe<boolean>;
        readonly background_health_check_model_groups?: Maybe<readonly string[]>;
        readonly use_shared_health_check?: Maybe<boolean>;
        readonly enable_health_check_routing?: Maybe<boolean>;
        readonly health_check_staleness_threshold?: Maybe<number>;
        readonly health_check_ignore_transient_errors?: Maybe<boolean>;
        readonly disable_custom_api_keys?: Maybe<boolean>;
        readonly team_metadata_schema?: Maybe<readonly { readonly key: string; readonly label?: Maybe<string> }[]>;
        readonly default_team_disabled?: Maybe<boolean>;
        readonly max_response_size_mb?: Maybe<number>;
      }
  >;
  readonly litellm_settings?: Maybe<
    {
      readonly max_budget?: Maybe<number>;
      readonly budget_duration?: Maybe<string>;
      readonly max_end_user_budget_id?: Maybe<string>;
      readonly validate_end_user_id_in_db?: Maybe<boolean>;
      readonly tag_budget_config?: Maybe<ParsedBudgets>;
      readonly turn_off_message_logging?: Maybe<boolean>;
      readonly json_logs?: Maybe<boolean>;
      readonly budget_exceeded_throttle_percentage?: Maybe<number>;
      readonly budget_exceeded_status_code?: Maybe<number>;
      readonly model_group_settings?: Maybe<{ readonly forward_client_headers_to_llm_api?: Maybe<readonly string[]> }>;
      readonly block_requests_for_models_without_pricing?: Maybe<boolean>;
      readonly drop_params?: Maybe<boolean>;
      readonly modify_params?: Maybe<boolean>;
      readonly request_timeout?: Maybe<number>;
      readonly cache?: Maybe<boolean>;
      readonly cache_params?: Maybe<ParsedCache>;
      readonly enable_caching_on_provider_specific_optional_params?: Maybe<boolean>;
    } & ParsedReliability &
      ParsedTenants &
      ParsedCosts &
      ParsedMedia &
      ParsedPriorities
  >;
  readonly router_settings?: Maybe<
    ParsedReliability &
      ParsedRouting & {
        readonly timeout?: Maybe<number>;
        readonly stream_timeout?: Maybe<number>;
        readonly default_litellm_params?: Maybe<ParsedDefaults>;
        readonly redis_url?: Maybe<string>;
        readonly redis_host?: Maybe<string>;
        readonly redis_port?: Maybe<number>;
        readonly redis_password?: Maybe<string>;
        readonly redis_db?: Maybe<number>;
        readonly cache_responses?: Maybe<boolean>;
        readonly cache_kwargs?: Maybe<ParsedCache>;
        readonly caching_groups?: Maybe<readonly (readonly unknown[])[]>;
        readonly background_health_check_model_groups?: Maybe<readonly string[]>;
        readonly enable_health_check_routing?: Maybe<boolean>;
        readonly health_check_staleness_threshold?: Maybe<number>;
        readonly health_check_ignore_transient_errors?: Maybe<boolean>;
        readonly model_group_alias?: Maybe<Readonly<Record<string, string | { readonly model: string; readonly hidden?: unknown }>>>;
      }
  >;
  readonly migration?: Maybe<ParsedMigration>;
}
