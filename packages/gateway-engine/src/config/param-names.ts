import { words } from './known-keys.ts';

/** Members of `litellm_params` that the reference reads itself. Every other member is a default for the provider's body. */
export const OWN_PARAMS: ReadonlySet<string> = words(`
  acompletion adaptive_router_config adaptive_router_default_model additional_drop_params aembedding aimg_generation
  allm_passthrough_route allow_client_keepalive_override allowed_model_region allowed_openai_params
  anthropic_disable_workload_identity_federation anthropic_federation_rule_id anthropic_federation_workspace_id
  anthropic_identity_source anthropic_identity_token anthropic_identity_token_file anthropic_issuer_audience
  anthropic_issuer_signing_key_ref anthropic_issuer_subject anthropic_issuer_ttl_seconds anthropic_issuer_url
  anthropic_keycloak_auth_method anthropic_keycloak_client_id anthropic_keycloak_client_secret_ref anthropic_keycloak_scope
  anthropic_keycloak_token_url anthropic_organization_id anthropic_service_account_id api_base api_key api_version arize_api_key
  arize_error_sampling_rate arize_otlp_protocol arize_space_id arize_space_key arize_success_sampling_rate
  assistant_continue_message async_call atext_completion attempted_targets auto_router_config auto_router_config_path
  auto_router_default_model auto_router_embedding_model auto_router_max_input_chars auto_router_model_compression
  auto_router_routing_compression aws_access_key_id aws_batch_role_arn aws_bedrock_project_id aws_bedrock_runtime_endpoint
  aws_external_id aws_profile_name aws_region_name aws_role_name aws_secret_access_key aws_session_name aws_session_tags
  aws_session_token aws_sts_endpoint aws_web_identity_token azure azure_ad_token azure_ad_token_provider azure_password azure_scope
  azure_username base_model base_url bedrock_tags bos_token bucket_name budget_duration cache cache_key caching caching_groups
  client client_id client_secret client_side_timeout complete_response completion_call_id complexity_router_config
  complexity_router_default_model configurable_clientside_auth_params context_window_fallback_dict cooldown_time cost_per_query
  custom_llm_provider custom_prompt_dict data_residency dd_agent_host dd_agent_port dd_api_key dd_site default_api_key_rpm_limit
  default_api_key_tpm_limit disable_add_transform_inline_image_block drop_params enable_json_schema_validation enable_prompt_caching
  enable_tag_filtering ensure_alternating_roles eos_token extra_headers fallback_depth fallbacks fastest_response final_prompt_value
  fireworks_forward_user_id force_timeout gcs_bucket_name gcs_path_service_account guardrails headers hf_model_name
  humanloop_api_key id itpm keepalive_seconds langfuse_environment langfuse_host langfuse_prompt_version langfuse_public_key
  langfuse_secret langfuse_secret_key langfuse_span_scope langsmith_api_key langsmith_base_url langsmith_project
  langsmith_sampling_rate langsmith_tenant_id litellm_call_id litellm_credential_name litellm_disabled_callbacks litellm_logging_obj
  litellm_metadata litellm_params litellm_request_debug litellm_session_id litellm_system_prompt litellm_trace_id
  litellm_trusted_callback_vars log_client_error_tracebacks logger_fn max_agentic_loops max_budget max_fallbacks max_file_size_mb
  max_parallel_requests max_retries merge_reasoning_content_in_choices metadata milvus_db_name milvus_partition_names
  milvus_text_field mock_response mock_timeout model_alias_map model_config model_file_id_mapping model_info model_list
  modify_params newrelic_api_key newrelic_region no-log num_retries openai_identity_provider_id openai_identity_token_file
  openai_service_account_id order organization otpm posthog_api_key posthog_api_url preset_cache_key project project_id
  prompt_environment prompt_id prompt_label prompt_variables prompt_version provider_affinity_header provider_specific_header
  proxy_server_request quality_router_config quality_router_default_model region_name request_timeout retry_policy retry_strategy
  roles routing_strategy rpm rust s3_access_key_id s3_bucket_name s3_bucket_owner s3_encryption_key_id s3_endpoint_url
  s3_output_bucket_name s3_region_name s3_secret_access_key sagemaker_base_url search_tool_name secret_fields shared_session signoz_ingestion_endpoint
  signoz_ingestion_key silent_model space_id ssl_verify stream_chunk_size stream_response stream_timeout
  stream_timeout_by_service_tier supported_environments supports_system_message tag_regex tags tenant_id text_completion timeout
  timeout_by_service_tier token tpm ttl turn_off_message_logging use_chat_completions_api use_client use_in_pass_through
  use_litellm_proxy use_xai_oauth user_continue_message valkey_embedding_field valkey_host valkey_password valkey_port valkey_ssl
  valkey_text_field vector_store_id verbose vertex_ai_credentials vertex_ai_location vertex_ai_project vertex_count_tokens_location
  vertex_credentials vertex_location vertex_project wandb_api_key watsonx_region_name
  weave_project_id weight wx_region_name zen_api_key
`);

/** Members that are read here by name, and need not be passed on as options. */
const READ_BY_NAME = words(`
  additional_drop_params allowed_openai_params api_base api_key base_url custom_llm_provider drop_params extra_headers headers
  litellm_credential_name model model_info modify_params request_timeout rpm stream_timeout timeout tpm weight
`);

const PRICE_NAME = /_cost$|_cost_|cost_per_|^tiered_pricing$|^output_vector_size$|_uplift_multiplier/u;
const SECRET_NAME = /(?:^|[_-])(?:api_?key|key|secret|password|token|credentials|authorization|access_key_id)$|secret|password/iu;

/** Whether a setting's value must never be shown. In doubt it is hidden. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** What a member of `litellm_params` is: read by name, a secret, a price, a provider option, or a default for the provider's body. */
export function classifyParam(name: string): 'by-name' | 'secret' | 'price' | 'option' | 'default' {
  if (READ_BY_NAME.has(name)) return 'by-name';
  if (PRICE_NAME.test(name)) return 'price';
  if (!OWN_PARAMS.has(name)) return 'default';
  return isSecretName(name) ? 'secret' : 'option';
}
