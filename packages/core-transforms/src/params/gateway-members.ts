/**
 * Members of a body that are meant for the gateway. They never reach a provider.
 *
 * source: LiteLLM 1.106.2, types/utils.py `all_litellm_params` and constants `OPENAI_CHAT_COMPLETION_PARAMS`, read 2026-11-23.
 */
const GATEWAY_MEMBERS: ReadonlySet<string> = new Set(
  `acompletion adaptive_router_config adaptive_router_default_model additional_drop_params aembedding aimg_generation
   allm_passthrough_route allow_client_keepalive_override allowed_model_region allowed_openai_params api_base api_key
   api_version assistant_continue_message async_call atext_completion attempted_targets auto_router_config
   auto_router_config_path auto_router_default_model auto_router_embedding_model auto_router_max_input_chars
   auto_router_model_compression auto_router_routing_compression aws_batch_role_arn azure azure_ad_token_provider
   azure_password azure_scope azure_username base_model base_url bedrock_tags bos_token budget_duration cache
   cache_control_injection_points cache_key
   caching caching_groups client client_id client_secret client_side_timeout complete_response completion_call_id
   complexity_router_config complexity_router_default_model configurable_clientside_auth_params
   context_window_fallback_dict context_window_fallbacks content_policy_fallbacks cooldown_time cost_per_query
   custom_llm_provider custom_prompt_dict data_residency default_api_key_rpm_limit default_api_key_tpm_limit
   default_headers deployment_id disable_add_transform_inline_image_block disable_fallbacks drop_params
   enable_json_schema_validation enable_prompt_caching enable_tag_filtering ensure_alternating_roles eos_token
   extra_headers fallback_depth fallbacks fastest_response final_prompt_value fireworks_forward_user_id force_timeout
   guardrails headers hf_model_name id initial_prompt_value itpm keepalive_seconds litellm_call_id
   litellm_credential_name litellm_logging_obj litellm_metadata litellm_request_debug litellm_session_id
   litellm_system_prompt litellm_trace_id litellm_trusted_callback_vars log_client_error_tracebacks logger_fn
   max_agentic_loops max_budget max_fallbacks max_file_size_mb max_parallel_requests max_retries
   merge_reasoning_content_in_choices metadata mock_delay mock_response mock_timeout mock_tool_calls
   mock_testing_content_policy_fallbacks mock_testing_context_fallbacks mock_testing_fallbacks
   mock_testing_rate_limit_error model_alias_map model_config model_file_id_mapping model_info model_list modify_params
   no-log num_retries openai_identity_provider_id openai_identity_token_file openai_service_account_id order
   organization otpm output_vector_size policies preset_cache_key priority prompt_environment prompt_id prompt_label
   prompt_variables prompt_version provider_affinity_header provider_specific_header proxy_server_request
   quality_router_config quality_router_default_model regional_endpoint_uplift_multiplier
   regional_processing_uplift_multiplier_eu regional_processing_uplift_multiplier_us region_name request_timeout
   retry_policy retry_strategy roles routing_strategy rpm rust search_tool_name secret_fields self shared_session
   silent_model ssl_verify stream_chunk_size stream_response stream_timeout stream_timeout_by_service_tier
   supports_system_message tag_regex tags tenant_id text_completion tiered_pricing timeout timeout_by_service_tier tpm ttl
   turn_off_message_logging use_chat_completions_api use_client use_in_pass_through use_litellm_proxy use_xai_oauth
   user_config user_continue_message verbose weave_project_id weight`.split(/\s+/u),
);

/** The reference drops it for every provider: a client's data must not be kept longer because the client has moved to us. */
const LOST_MEMBER = 'prompt_cache_retention';

/** Families of such members: internal ones, credentials of logging services, workload identities, regions and keys of clouds, prices. */
const GATEWAY_FAMILY =
  /^(?:_litellm_|_agentic_|_router_|_code_interpreter_|_headroom_|_websearch_|_context_compaction_|litellm_|langfuse_|langsmith_|gcs_|humanloop_|arize_|posthog_|wandb_|dd_|newrelic_|signoz_|s3_|aws_|vertex_|anthropic_(?:identity|federation|issuer|keycloak|organization|service_account|disable)_)|(?:^|_)cost_per_|_token_cost(?:_|$)/u;

/**
 * Whether a body member is meant for the gateway, and never goes upstream.
 *
 * in: its name at the top level of a request.
 */
export function isGatewayMember(name: string): boolean {
  return GATEWAY_MEMBERS.has(name) || name === LOST_MEMBER || GATEWAY_FAMILY.test(name);
}
